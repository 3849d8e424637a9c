//! Imports: sheets from uploads and from a drive, as jobs (contract §3).

pub(super) mod error_sheet;
mod export_errors;
mod find_job;
mod import_drive_file;
mod import_file;
mod list_drive_files;
mod list_jobs;
mod redo_job;
mod undo_job;

use aggregates::imports::{ImportState, JobType};
use projections::imports::ImportView;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::{Access, Field, Form, Mode, Param, Route};
use crate::app::App;
use crate::limits;

/// The types, as clients write them.
const JOB_TYPES: &[&str] = &["daily_sales", "vendor_stockout", "listings", "vendors"];
static STATES: [&str; 8] =
    ["queued", "downloading", "parsing", "importing", "completed", "partial", "failed", "undone"];

static OPTIONS: &[Param] = &[
    Param { name: "job_type", kind: "string", doc: "daily_sales, vendor_stockout, listings or vendors" },
    Param { name: "policy", kind: "string", doc: "keep_good_rows (unless said) or reject_everything" },
    Param { name: "dry_run", kind: "boolean", doc: "1: say what would happen, store nothing" },
];

static DRIVE_FORM: Form = Form::new(&[
    Field::text("file_id", limits::TEXT_CHARS).required().doc("the id of a file on the drive"),
    Field::choice("job_type", JOB_TYPES).required(),
    Field::choice("policy", super::stockouts::POLICIES).doc("keep_good_rows unless said"),
    Field::boolean("dry_run").doc("say what would happen, store nothing"),
]);

/// A job that was ordered.
#[derive(Debug, Serialize, JsonSchema)]
struct OrderedView {
    /// Its id.
    job_id: Uuid,
    /// How far it is.
    status: String,
    /// Whether the same bytes were imported before: then it is that job.
    duplicate: bool,
}

/// The routes.
pub fn routes() -> Vec<Route<App>> {
    vec![
        Route::get("/api/import/drive/files", Access::Read, list_drive_files::handler)
            .doc("list_drive_files", "The files in the configured folders, newest first")
            .timeout(limits::IMPORT_WITHIN)
            .answers::<Vec<list_drive_files::DriveFileView>>(),
        Route::post("/api/import/drive/import", Access::Write, import_drive_file::handler)
            .doc("import_drive_file", "Import a file of the drive")
            .takes(&DRIVE_FORM, Mode::Create)
            .answers::<OrderedView>(),
        Route::post("/api/import/files", Access::Write, import_file::handler)
            .doc("import_file", "Import an uploaded file; the same bytes again answer the first job")
            .takes_file(OPTIONS)
            .param("job_type", "string", "as the field of the form")
            .param("policy", "string", "as the field of the form")
            .param("dry_run", "boolean", "as the field of the form")
            .timeout(limits::IMPORT_WITHIN)
            .answers::<OrderedView>(),
        Route::get("/api/import/jobs", Access::Read, list_jobs::handler)
            .doc("list_import_jobs", "Imports, newest first")
            .param("job_type", "string", "only this type")
            .param("status", "string", "only those that are this far")
            .param("page", "integer", "which page; without page and per_page the newest 1000")
            .param("per_page", "integer", "jobs of a page, 50 unless said, at most 1000")
            .answers::<Vec<ImportView>>(),
        Route::get("/api/import/jobs/{id}", Access::Read, find_job::handler)
            .doc("find_import_job", "One import: how far it is and what is wrong")
            .answers::<ImportView>(),
        Route::delete("/api/import/jobs/{id}", Access::Write, undo_job::handler)
            .doc("undo_import_job", "Take back what an import stored")
            .timeout(limits::IMPORT_WITHIN)
            .answers::<undo_job::UndoneView>(),
        Route::post("/api/import/jobs/{id}/redo", Access::Write, redo_job::handler)
            .doc("redo_import_job", "Put back what undoing an import took")
            .timeout(limits::IMPORT_WITHIN)
            .answers::<redo_job::RedoneView>(),
        Route::get("/api/import/jobs/{id}/errors.xlsx", Access::Read, export_errors::as_workbook)
            .doc("export_import_errors", "Everything wrong with an import, as a workbook")
            .answers_other("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        Route::get("/api/import/jobs/{id}/errors.csv", Access::Read, export_errors::as_text)
            .doc("export_import_errors_csv", "Everything wrong with an import, as text")
            .answers_other("text/csv; charset=utf-8"),
    ]
}

fn job_type(word: &str) -> Option<JobType> {
    JobType::parse(word)
}

fn state(word: &str) -> Option<ImportState> {
    ImportState::parse(word)
}

//! Stockouts: sheets in, mails out (contract §3).

mod change_stockout;
mod export_errors;
mod find_stockout;
mod import_stockouts;
mod list_stockouts;
mod send_stockouts;
mod undo_batch;

use aggregates::stockouts::RowStatus;
use projections::stockouts::StockoutView;

use super::{Access, Field, Form, Mode, Param, Route};
use crate::app::App;
use crate::http::form::Kind;
use crate::limits;
use crate::stockouts::send::Sending;

/// How bad rows are met.
pub(super) const POLICIES: &[&str] = &["keep_good_rows", "reject_everything"];

/// What may stand beside an uploaded sheet.
pub(super) static OPTIONS: &[Param] = &[
    Param { name: "policy", kind: "string", doc: "keep_good_rows (unless said) or reject_everything" },
    Param { name: "dry_run", kind: "boolean", doc: "1: say what would happen, store nothing" },
];

static STATUSES: [&str; 7] = ["pending", "queued", "sent", "failed", "no_email", "resolved", "unknown"];

static SEND_FORM: Form = Form::new(&[
    Field::list("stockout_ids", &Kind::Integer { min: i64::MIN, max: i64::MAX }, limits::SEND_IDS).required(),
    Field::boolean("force").doc("also what was sent already, is resolved or of unknown outcome"),
]);

static CHANGE_FORM: Form =
    Form::new(&[Field::choice("status", &["resolved", "pending"]).required().doc("pending opens it again")]);

/// The routes.
pub fn routes() -> Vec<Route<App>> {
    vec![
        Route::post("/api/vendor/stockout/import", Access::Write, import_stockouts::handler)
            .doc("import_stockouts", "Take in a stockout sheet; the same file again is the same batch")
            .takes_file(OPTIONS)
            .param("policy", "string", "as the field of the form")
            .param("dry_run", "boolean", "as the field of the form")
            .timeout(limits::IMPORT_WITHIN)
            .answers::<import_stockouts::Imported>(),
        Route::get("/api/vendor/stockout/import/{id}/errors.xlsx", Access::Read, export_errors::as_workbook)
            .doc(
                "export_stockout_errors",
                "Everything wrong with a stockout sheet, as a workbook: see errors_url",
            )
            .answers_other("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        Route::get("/api/vendor/stockout/import/{id}/errors.csv", Access::Read, export_errors::as_text)
            .doc("export_stockout_errors_csv", "Everything wrong with a stockout sheet, as text")
            .answers_other("text/csv; charset=utf-8"),
        Route::get("/api/vendor/stockout", Access::Read, list_stockouts::handler)
            .doc("list_stockouts", "Stockouts, the newest batch first, each in its sheet's order")
            .param("batch_id", "string", "only this batch")
            .param("vendor_code", "string", "only this vendor's")
            .param("status", "string", "pending, queued, sent, failed, no_email, resolved or unknown")
            .param("from", "string", "missing on or after this day (stockout_date, else the day of import)")
            .param("to", "string", "missing on or before this day")
            .param("page", "integer", "which page; without page and per_page the list is whole, 5000 at most")
            .param("per_page", "integer", "stockouts of a page, 50 unless said, at most 1000")
            .answers::<Vec<StockoutView>>(),
        Route::get("/api/vendor/stockout/{id}", Access::Read, find_stockout::handler)
            .doc("find_stockout", "One stockout")
            .answers::<StockoutView>(),
        Route::patch("/api/vendor/stockout/{id}", Access::Write, change_stockout::handler)
            .doc("change_stockout", "Resolve a stockout, or open it again")
            .takes(&CHANGE_FORM, Mode::Change)
            .answers::<StockoutView>(),
        Route::post("/api/vendor/stockout/send", Access::Write, send_stockouts::handler)
            .doc("send_stockouts", "One mail a vendor about these rows")
            .takes(&SEND_FORM, Mode::Create)
            .answers::<Sending>(),
        Route::delete("/api/vendor/stockout/batches/{id}", Access::Write, undo_batch::handler)
            .doc("undo_stockout_batch", "Take back the rows of a batch that nobody was told of")
            .timeout(limits::IMPORT_WITHIN)
            .answers::<undo_batch::Undone>(),
    ]
}

fn status(word: &str) -> Option<RowStatus> {
    RowStatus::parse(word)
}

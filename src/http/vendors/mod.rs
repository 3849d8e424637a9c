//! Vendors and where mail reaches them (contract §3).

mod create_email;
mod create_vendor;
mod delete_email;
mod delete_vendor;
mod find_vendor;
mod list_emails;
mod list_vendors;
mod update_vendor;

use aggregates::vendors::{EmailKind, VendorEmail, VendorPatch};
use projections::vendors::{EmailView, VendorView};

use super::{Access, Answer, ApiError, Field, Form, M, Mode, Route, Values, Writer};
use crate::app::App;
use crate::http::form::Kind;
use crate::limits::{TEXT_CHARS, VENDOR_CODE_CHARS, VENDOR_EMAILS, VENDOR_TEXT_CHARS};

/// The kinds of addresses, as clients write them.
const EMAIL_KINDS: &[&str] = &["to", "cc", "bcc"];

static EMAIL_FORM: Form = Form::new(&[
    Field::text("email", 254).required().doc("an address"),
    Field::choice("kind", EMAIL_KINDS).doc("to unless said"),
    Field::nullable_text("name", VENDOR_TEXT_CHARS).doc("who reads it"),
]);

/// An address may be sent as text alone.
static EMAIL_KIND: Kind = Kind::TextOrObject { text: "email", form: &EMAIL_FORM };

static FORM: Form = Form::new(&[
    Field::text("vendor_code", VENDOR_CODE_CHARS).required().or_number().doc("unique regardless of case"),
    Field::text("vendor_name", VENDOR_TEXT_CHARS).required(),
    Field::nullable_text("contact", VENDOR_TEXT_CHARS),
    Field::nullable_text("phone", VENDOR_TEXT_CHARS).or_number(),
    Field::nullable_text("pm", VENDOR_TEXT_CHARS).doc("the product manager in charge"),
    Field::nullable_text("note", TEXT_CHARS),
    Field::list("emails", &EMAIL_KIND, VENDOR_EMAILS)
        .doc("addresses, as text or with kind and name; sent, they replace the whole list"),
]);

/// The routes.
pub fn routes() -> Vec<Route<App>> {
    vec![
        Route::get("/api/vendor/list", Access::Read, list_vendors::handler)
            .doc("list_vendors", "All live vendors, by their code")
            .param("page", "integer", "which page; without page and per_page the list is whole, 5000 at most")
            .param("per_page", "integer", "vendors of a page, 50 unless said, at most 1000")
            .param("vendor_code", "string", "the vendor of this code")
            .param("pm", "string", "only those of this product manager")
            .param("q", "string", "part of the code, the name or the contact")
            .answers::<Vec<VendorView>>(),
        Route::post("/api/vendor/list", Access::Write, create_vendor::handler)
            .doc("create_vendor", "Take a vendor in")
            .takes(&FORM, Mode::Create)
            .answers::<VendorView>(),
        Route::get("/api/vendor/list/{id}", Access::Read, find_vendor::handler)
            .doc("find_vendor", "One vendor")
            .answers::<VendorView>(),
        Route::put("/api/vendor/list/{id}", Access::Write, update_vendor::handler)
            .doc("update_vendor", "Change the fields sent")
            .takes(&FORM, Mode::Change)
            .answers::<VendorView>(),
        Route::delete("/api/vendor/list/{id}", Access::Write, delete_vendor::handler)
            .doc("delete_vendor", "Delete a vendor; its history stays")
            .answers_nothing(),
        Route::get("/api/vendor/{id}/emails", Access::Read, list_emails::handler)
            .doc("list_vendor_emails", "Where mail reaches a vendor")
            .answers::<Vec<EmailView>>(),
        Route::post("/api/vendor/{id}/emails", Access::Write, create_email::handler)
            .doc("create_vendor_email", "Add an address; a repeated one answers the one that is there")
            .takes(&EMAIL_FORM, Mode::Create)
            .answers::<EmailView>(),
        Route::delete("/api/vendor/email/{id}", Access::Write, delete_email::handler)
            .doc("delete_vendor_email", "Remove an address")
            .answers_nothing(),
    ]
}

fn patch(values: &Values) -> VendorPatch {
    VendorPatch {
        vendor_code: values.text("vendor_code"),
        vendor_name: values.text("vendor_name"),
        contact: values.nullable_text("contact"),
        phone: values.nullable_text("phone"),
        pm: values.nullable_text("pm"),
        note: values.nullable_text("note"),
    }
}

fn email(values: &Values, id: i64) -> VendorEmail {
    VendorEmail {
        id,
        email: values.text("email").unwrap_or_default(),
        kind: values.choice("kind").and_then(EmailKind::parse).unwrap_or_default(),
        name: values.text("name"),
    }
}

/// The addresses sent, each with a number of its own, in case it is new.
async fn emails(app: &App, values: &Values) -> Result<Option<Vec<VendorEmail>>, ApiError> {
    let Some(sent) = values.objects("emails") else { return Ok(None) };
    let numbers = app.store.next_numbers("vendor_email", sent.len()).await?;
    Ok(Some(sent.iter().zip(numbers).map(|(values, id)| email(values, id)).collect()))
}

/// A vendor as the answer to a write.
async fn shown(app: &App, id: i64, position: i64) -> Result<Answer, ApiError> {
    let found = projections::vendors::find_vendor(&app.pool, id, app.zone()).await?;
    let found = found.ok_or_else(|| ApiError::not_found("vendor"))?;
    Ok(M::ok(found.view).etag(found.version).position(position))
}

/// Refuses an If-Match ahead of the vendor's version.
async fn check_version(writer: &Writer, id: i64) -> Result<(), ApiError> {
    if writer.names_version() {
        let app = writer.app();
        let found = projections::vendors::find_vendor(&app.pool, id, app.zone()).await?;
        writer.check_version(found.ok_or_else(|| ApiError::not_found("vendor"))?.version)?;
    }
    Ok(())
}

use std::collections::{HashMap, HashSet};

use aggregates::imports::{Import, ImportFault, Kept};
use aggregates::vendors::{
    EmailKind, Vendor, VendorCommand, VendorDetails, VendorEmail, VendorPatch, is_mail_address,
};
use aggregates::{Decider, Refusal};
use async_trait::async_trait;
use projections::vendors::vendors_by_code;

use crate::app::App;
use crate::event_store::{Act, Context, ExecuteError, StreamFilter};
use crate::imports::{Stored, Target, Undone, Work};
use crate::jobs::Stop;
use crate::limits;
use crate::sheets::read::{Column, Layout, Row};

static LAYOUT: Layout = Layout::new(&[
    Column::required("vendor_code", &["廠商代碼", "廠商編號", "供應商代碼"]),
    Column::required("vendor_name", &["廠商名稱"]),
    Column::optional("contact", &["聯絡人"]),
    Column::optional("phone", &["電話"]),
    Column::optional("pm", &["PM", "採購"]),
    Column::optional("email", &["電子郵件", "信箱", "Email"]),
    Column::optional("note", &["備註"]),
]);

/// A vendor as its sheet tells it. Empty cells say nothing.
#[derive(Clone, Debug)]
pub struct VendorRow {
    patch: VendorPatch,
    emails: Vec<String>,
}

/// Vendors: those whose code is known are completed, the others are taken in.
pub struct Vendors;

#[async_trait]
impl Target for Vendors {
    type Row = VendorRow;

    fn layout(&self) -> &'static Layout {
        &LAYOUT
    }

    fn parse(row: &mut Row<'_>) -> Option<VendorRow> {
        let (code, name) = (
            row.code("vendor_code", limits::VENDOR_CODE_CHARS),
            row.text("vendor_name", limits::VENDOR_TEXT_CHARS),
        );
        let patch = VendorPatch {
            contact: row.text("contact", limits::VENDOR_TEXT_CHARS).map(Some),
            phone: row.code("phone", limits::VENDOR_TEXT_CHARS).map(Some),
            pm: row.text("pm", limits::VENDOR_TEXT_CHARS).map(Some),
            note: row.text("note", limits::TEXT_CHARS).map(Some),
            ..VendorPatch::default()
        };
        let written = row.code("email", limits::TEXT_CHARS).unwrap_or_default();
        let parts = written.split([';', ',', '、', '\n']).map(str::trim).filter(|part| !part.is_empty());
        let emails: Vec<String> = parts.map(str::to_owned).collect();
        if emails.len() > limits::VENDOR_EMAILS {
            row.fault("email", "too_long", &format!("must have at most {} addresses", limits::VENDOR_EMAILS));
        } else if !emails.iter().all(|email| is_mail_address(email)) {
            row.fault("email", "not_allowed", "must be addresses such as name@example.com, separated by ;");
        }
        Some(VendorRow {
            patch: VendorPatch { vendor_code: Some(code?), vendor_name: Some(name?), ..patch },
            emails,
        })
    }

    async fn store(
        &self,
        work: &Work<'_>,
        chunk: &[(u32, VendorRow)],
        act: &mut Act,
    ) -> Result<Stored, Stop> {
        let store = &work.app.store;
        let codes: Vec<String> = chunk.iter().filter_map(|(_, row)| row.patch.vendor_code.clone()).collect();
        let mut known: HashMap<String, i64> = vendors_by_code(&work.app.pool, &codes).await?;
        let addresses = chunk.iter().map(|(_, row)| row.emails.len()).sum();
        let mut numbers = store.next_numbers("vendor", chunk.len()).await.map_err(Stop::retry)?.into_iter();
        let mut email_numbers =
            store.next_numbers("vendor_email", addresses).await.map_err(Stop::retry)?.into_iter();
        let (mut stored, mut seen) = (Stored::default(), HashSet::new());
        for (number, row) in chunk {
            let code = row.patch.vendor_code.clone().unwrap_or_default();
            if !seen.insert(code.to_uppercase()) {
                stored.failed += 1;
                stored.faults.push(twice(*number, code));
                continue;
            }
            let emails =
                row.emails.iter().zip(email_numbers.by_ref()).map(|(email, id)| address(id, email)).collect();
            let known = known.remove(&code.to_uppercase());
            let Some(vendor) = known.or_else(|| numbers.next()) else { continue };
            let command = command(known.is_some(), vendor, &row.patch, emails);
            if let Some(refusal) = work.refusal::<Vendor>(known, std::slice::from_ref(&command)).await? {
                stored.refuse(*number, &code, &refusal);
                continue;
            }
            stored.imported += 1;
            if known.is_some() {
                act.execute::<Vendor>(vendor.to_string(), command);
                stored.became.push(format!("completed:{vendor}"));
            } else {
                act.create::<Vendor>(vendor.to_string(), command);
                stored.became.push(format!("created:{vendor}"));
            }
        }
        Ok(stored)
    }

    async fn undo(&self, app: &App, import: &Import, context: &Context) -> Result<Undone, Stop> {
        let mut undone = Undone::default();
        for vendor in &import.became {
            let why = match vendor.split_once(':') {
                Some(("created", number)) => delete(app, number, context, &mut undone).await?,
                Some((_, number)) => Some((number, "existed_before")),
                None => None,
            };
            undone.kept.extend(why.map(|(number, why)| Kept { id: number.to_owned(), why: why.to_owned() }));
        }
        Ok(undone)
    }
}

fn command(is_known: bool, number: i64, sent: &VendorPatch, emails: Vec<VendorEmail>) -> VendorCommand {
    if is_known {
        return VendorCommand::Complete { patch: VendorPatch { vendor_code: None, ..sent.clone() }, emails };
    }
    let mut details = VendorDetails::default();
    details.apply(sent);
    VendorCommand::Create { number, details, emails }
}

/// Deletes a vendor that the import took in, unless somebody has changed it since.
async fn delete<'n>(
    app: &App,
    number: &'n str,
    context: &Context,
    undone: &mut Undone,
) -> Result<Option<(&'n str, &'static str)>, Stop> {
    let filter = StreamFilter { limit: limits::EVENTS_PAGE_MAX, ..StreamFilter::default() };
    let events = app.store.stream_page(Vendor::KIND, number, &filter).await?;
    // What the import said of it stands in one append; everything of another request came later.
    let first = events.first().map(|event| event.metadata.correlation_id.clone());
    if events.iter().any(|event| Some(&event.metadata.correlation_id) != first.as_ref()) {
        return Ok(Some((number, "changed")));
    }
    match app.store.execute::<Vendor>(number, VendorCommand::Delete, context).await {
        Ok(outcome) => {
            undone.reversed += 1;
            undone.position = undone.position.max(outcome.position);
        }
        Err(ExecuteError::Refused(Refusal::NotFound(_))) => {}
        Err(error) => return Err(Stop::retry(error)),
    }
    Ok(None)
}

fn address(id: i64, email: &str) -> VendorEmail {
    VendorEmail { id, email: email.to_owned(), kind: EmailKind::To, name: None }
}

fn twice(row: u32, code: String) -> ImportFault {
    ImportFault {
        row: Some(row),
        column: "vendor_code".to_owned(),
        code: "already_exists".to_owned(),
        message: "another row of this sheet has this code".to_owned(),
        value: Some(code),
    }
}

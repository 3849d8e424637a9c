//! The samples of vendors, stockouts, their mails, and imports.

use aggregates::Fact;
use aggregates::imports::{Import, ImportEvent, ImportFault, ImportOrder, JobType, Kept};
use aggregates::stockouts::{BatchOrigin, KeptRow, MailOutcome, StockoutBatch, StockoutEvent, StockoutRow};
use aggregates::vendor_mails::{Letter, MailedBatch, VendorMail, VendorMailEvent};
use aggregates::vendors::{EmailKind, Vendor, VendorDetails, VendorEmail, VendorEvent, VendorPatch};
use chrono::NaiveDate;
use uuid::Uuid;

use super::{of, text};
use crate::Sample;

const BATCH: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0011);
const MAIL: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0012);
const JOB: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0013);

pub(super) fn all() -> Vec<(Sample, Fact)> {
    let mut all = of::<Vendor>(vendor_events(), Fact::Vendor);
    all.extend(of::<StockoutBatch>(stockout_events(), Fact::Stockout));
    all.extend(of::<VendorMail>(mail_events(), Fact::VendorMail));
    all.extend(of::<Import>(import_events(), Fact::Import));
    all
}

fn email() -> VendorEmail {
    VendorEmail {
        id: 5, email: "orders@example.com".to_owned(), kind: EmailKind::Cc, name: text("林小姐")
    }
}

fn vendor_events() -> Vec<(&'static str, VendorEvent)> {
    let details = VendorDetails {
        vendor_code: "V001".to_owned(),
        vendor_name: "山水茶行".to_owned(),
        contact: text("林小姐"),
        phone: text("02-2345-6789"),
        pm: text("Mei"),
        note: text("週三休"),
    };
    let bare = VendorDetails {
        vendor_code: "V002".to_owned(),
        vendor_name: "B".to_owned(),
        ..VendorDetails::default()
    };
    let changes = VendorPatch::from(details.clone());
    let cleared = VendorPatch { note: Some(None), ..VendorPatch::default() };
    let plain = VendorEmail { kind: EmailKind::To, name: None, ..email() };
    vec![
        ("full", VendorEvent::VendorCreated { number: 7, details }),
        ("bare", VendorEvent::VendorCreated { number: 8, details: bare }),
        ("full", VendorEvent::VendorChanged { changes }),
        ("bare", VendorEvent::VendorChanged { changes: cleared }),
        ("full", VendorEvent::VendorEmailAdded { email: email() }),
        ("bare", VendorEvent::VendorEmailAdded { email: plain }),
        ("full", VendorEvent::VendorEmailChanged { email: email() }),
        ("full", VendorEvent::VendorEmailRemoved { id: 5 }),
        ("full", VendorEvent::VendorDeleted {}),
    ]
}

fn stockout_events() -> Vec<(&'static str, StockoutEvent)> {
    let day = NaiveDate::from_ymd_opt(2026, 1, 29);
    let origin = BatchOrigin {
        file_name: "缺貨.xlsx".to_owned(),
        file_digest: "ab12".to_owned(),
        sheet: "缺貨".to_owned(),
        total: 3,
        skipped: 1,
        job: Some(JOB),
    };
    let full = StockoutRow {
        id: 11,
        row: 4,
        vendor_code: "V001".to_owned(),
        vendor_name: text("山水茶行"),
        product_code: "P-1".to_owned(),
        product_name: text("高山茶"),
        spec: text("150g"),
        qty: Some(3),
        order_no: text("SO-1"),
        stockout_date: day,
        expected_date: day,
        note: text("急"),
    };
    let bare = StockoutRow {
        id: 12,
        row: 5,
        vendor_code: "V002".to_owned(),
        product_code: "P-2".to_owned(),
        ..StockoutRow::default()
    };
    let settled = |outcome| StockoutEvent::StockoutsSettled { mail: MAIL, outcome, ids: vec![11] };
    vec![
        ("full", StockoutEvent::StockoutBatchImported { id: BATCH, origin, imported: 2 }),
        (
            "bare",
            StockoutEvent::StockoutBatchImported { id: BATCH, origin: BatchOrigin::default(), imported: 0 },
        ),
        ("full", StockoutEvent::StockoutsListed { rows: vec![full, bare] }),
        ("full", StockoutEvent::StockoutsQueued { mail: MAIL, ids: vec![11] }),
        ("full", StockoutEvent::StockoutsWithoutAddress { ids: vec![12] }),
        ("full", settled(MailOutcome::Failed("550 no such user".to_owned()))),
        ("sent", settled(MailOutcome::Sent)),
        ("unknown", settled(MailOutcome::Unknown)),
        ("full", StockoutEvent::StockoutsResolved { ids: vec![12] }),
        ("full", StockoutEvent::StockoutsReopened { ids: vec![12] }),
        (
            "full",
            StockoutEvent::StockoutBatchUndone {
                reversed: vec![12],
                kept: vec![KeptRow { id: 11, why: "mailed".to_owned() }],
            },
        ),
        ("full", StockoutEvent::StockoutBatchRestored { ids: vec![12] }),
    ]
}

fn mail_events() -> Vec<(&'static str, VendorMailEvent)> {
    let letter = Letter {
        vendor_code: "V001".to_owned(),
        vendor_name: "山水茶行".to_owned(),
        to: vec!["orders@example.com".to_owned()],
        cc: vec!["boss@example.com".to_owned()],
        bcc: vec!["archive@example.com".to_owned()],
        batches: vec![MailedBatch { batch: BATCH, ids: vec![11] }],
        message_id: format!("{MAIL}@example.com"),
    };
    vec![
        ("full", VendorMailEvent::VendorMailQueued { id: MAIL, letter }),
        ("bare", VendorMailEvent::VendorMailQueued { id: MAIL, letter: Letter::default() }),
        ("full", VendorMailEvent::VendorMailSent { answer: "250 2.0.0 queued".to_owned() }),
        ("full", VendorMailEvent::VendorMailFailed { reason: "550 no such user".to_owned() }),
        ("full", VendorMailEvent::VendorMailLost { reason: "the line broke".to_owned() }),
    ]
}

fn import_events() -> Vec<(&'static str, ImportEvent)> {
    let order = ImportOrder {
        job_type: JobType::VendorStockout,
        source: "drive".to_owned(),
        file_name: "缺貨.xlsx".to_owned(),
        file_id: text("1AbC"),
        file_digest: text("ab12"),
        reject_everything: true,
        dry_run: true,
    };
    let fault = ImportFault {
        row: Some(4),
        column: "qty".to_owned(),
        code: "wrong_type".to_owned(),
        message: "缺貨數量 must be a number".to_owned(),
        value: text("三"),
    };
    let whole = ImportFault { row: None, value: None, ..fault.clone() };
    let received = |revision| ImportEvent::ImportFileReceived {
        file_name: "缺貨.xlsx".to_owned(),
        file_digest: "ab12".to_owned(),
        revision,
    };
    vec![
        ("full", ImportEvent::ImportRequested { id: JOB, order }),
        ("bare", ImportEvent::ImportRequested { id: JOB, order: ImportOrder::default() }),
        ("full", ImportEvent::ImportDownloading {}),
        ("full", received(text("9e107d9d"))),
        ("bare", received(None)),
        (
            "full",
            ImportEvent::ImportBegun { total: 3, failed: 1, faults: vec![fault.clone()], ignored: vec![] },
        ),
        (
            "ignored",
            ImportEvent::ImportBegun {
                total: 3,
                failed: 0,
                faults: vec![],
                ignored: vec!["倉別".to_owned()],
            },
        ),
        (
            "full",
            ImportEvent::ImportChunkStored {
                chunk: 0,
                imported: 2,
                failed: 1,
                faults: vec![fault],
                became: vec![BATCH.to_string()],
            },
        ),
        ("full", ImportEvent::ImportFinished { note: text("2 restated"), duplicate_of: Some(JOB) }),
        ("bare", ImportEvent::ImportFinished { note: None, duplicate_of: None }),
        ("full", ImportEvent::ImportFailed { faults: vec![whole] }),
        (
            "full",
            ImportEvent::ImportUndone {
                reversed: 2,
                kept: vec![Kept { id: "11".to_owned(), why: "mailed".to_owned() }],
            },
        ),
        (
            "full",
            ImportEvent::ImportRedone {
                restored: 2,
                kept: vec![Kept { id: "2026-01-29/P2".to_owned(), why: "superseded".to_owned() }],
            },
        ),
    ]
}

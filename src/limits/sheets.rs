//! Sheets in and out: sales, stockouts, vendors, imports, the drive, exports.

use std::time::Duration;

/// Characters of a product's or a vendor's code in a sheet.
pub const SALES_CODE_CHARS: usize = 100;
/// Characters of a name in a sheet of sales or listings.
pub const SALES_TEXT_CHARS: usize = 255;
/// The largest amount of money or pieces in a sheet.
pub const SALES_AMOUNT: i64 = 10_000_000_000_000;
/// How long an import waits for its own rows before it says what was restated.
pub const SALES_NOTE_WITHIN: Duration = Duration::from_secs(10);
/// Rows of sales in one atomic append, unless a single day has more.
pub const SALES_ROWS_OF_APPEND: usize = 20_000;
/// Days of an import that are undone in one atomic append.
pub const SALES_DAYS_OF_UNDO: usize = 31;
/// Days of a trend, unless said.
pub const TREND_DAYS: i64 = 30;
/// Days of the longest trend (contract §3).
pub const TREND_DAYS_MAX: i64 = 400;
/// Rows with data in one sheet.
pub const SHEET_ROWS: usize = 200_000;
/// Columns with data in one row of a sheet.
pub const SHEET_COLUMNS: usize = 512;
/// Cells of one sheet, empty ones of old formats included.
pub const SHEET_CELLS: usize = 8_000_000;
/// Bytes of text in all rows of one sheet.
pub const SHEET_TEXT_BYTES: usize = 192 * 1024 * 1024;
/// Bytes of a workbook with all its parts unpacked.
pub const SHEET_UNPACKED_BYTES: u64 = 768 * 1024 * 1024;
/// Parts of a workbook.
pub const SHEET_ZIP_PARTS: usize = 4_096;
/// How far down a sheet the header is looked for.
pub const SHEET_HEADER_WITHIN_ROWS: usize = 100;
/// Headers that are named when a column is missing, or because they mean nothing.
pub const SHEET_HEADERS_SHOWN: usize = 50;
/// Characters of such a header that are shown.
pub const SHEET_HEADER_CHARS_SHOWN: usize = 60;
/// Faults kept of one sheet; the error sheet shows them all.
pub const SHEET_FAULTS: usize = 100_000;
/// Faults in one answer (issue 4: the first hundred).
pub const SHEET_FAULTS_SHOWN: usize = 100;
/// Characters of a faulty cell that are shown.
pub const SHEET_FAULT_VALUE_CHARS: usize = 200;
/// Workbooks up to this size are asked for merged cells, which costs a second reading.
pub const SHEET_MERGED_BYTES: usize = 1024 * 1024;
/// Merged cells of one sheet that are filled in.
pub const SHEET_MERGED_REGIONS: usize = 2_000;
/// Files (exports) being written at once; a further one waits for its turn.
pub const EXPORTS_AT_ONCE: usize = 4;
/// Rows that an export reads at once.
pub const EXPORT_PAGE_ROWS: i64 = 2_000;
/// Pages of rows that may wait for the writer of an export.
pub const EXPORT_PAGES_AHEAD: usize = 2;
/// Bytes of an export that are sent at once.
pub const EXPORT_CHUNK_BYTES: usize = 64 * 1024;
/// Chunks of an export that may wait for a slow client.
pub const EXPORT_CHUNKS_AHEAD: usize = 8;
/// How long a client waits for the first byte of an export.
pub const EXPORT_TIMEOUT: Duration = Duration::from_secs(300);
/// Characters of a vendor's code.
pub const VENDOR_CODE_CHARS: usize = 64;
/// Characters of a vendor's name, contact, phone and the like.
pub const VENDOR_TEXT_CHARS: usize = 255;
/// Addresses of one vendor.
pub const VENDOR_EMAILS: usize = 100;
/// Characters of a goods code or an order number in a sheet.
pub const SHEET_CODE_CHARS: usize = 100;
/// The most pieces in one row of a sheet.
pub const SHEET_QTY: i64 = 1_000_000_000;
/// Rows of a list of family M that is asked for without a page (contract §3).
pub const LISTED_ROWS: i64 = 5_000;
/// Stockouts that one request may mail.
pub const SEND_IDS: usize = 5_000;
/// How often a decision on mails is made again when rows changed meanwhile.
pub const SEND_ATTEMPTS: u32 = 5;
/// How long an import inside a request may take.
pub const IMPORT_WITHIN: Duration = Duration::from_secs(120);
/// How long a sheet, or the undoing of one, waits for its own visibility: a hundred thousand rows take their time.
pub const SHEET_VISIBLE_WITHIN: Duration = Duration::from_secs(60);
/// Rows of an import that are stored in one append.
pub const IMPORT_CHUNK_ROWS: usize = 500;
/// Faults of an import that are written down in one statement.
pub const IMPORT_FAULTS_AT_ONCE: usize = 5_000;
/// Imports that one node carries out at once.
pub const IMPORTS_AT_ONCE: usize = 2;
/// How long Google Drive may take to answer.
pub const DRIVE_TIMEOUT_S: u64 = 60;
/// The longest pause that Google Drive may ask for.
pub const DRIVE_WAIT_S: u64 = 600;
/// The largest answer of Google Drive that is no file.
pub const DRIVE_ANSWER_BYTES: usize = 4 * 1024 * 1024;
/// Files in one page of a drive's folder.
pub const DRIVE_PAGE_FILES: u32 = 100;
/// Pages of a drive's folder that are read.
pub const DRIVE_PAGES: usize = 20;
/// How long before its end a drive's token counts as over.
pub const DRIVE_TOKEN_MARGIN_S: u64 = 60;
/// The longest that a drive's token is used.
pub const DRIVE_TOKEN_S: u64 = 3_600;

use std::borrow::Cow;

use csv::{ByteRecord, ReaderBuilder};

use super::header::Header;
use super::{Cell, Go, Layout, Sink, Unreadable, text};
use crate::limits;
use crate::sheets::write::looks_like_formula;

/// Reads text with separators.
pub(super) fn text(bytes: &[u8], layout: &Layout, sink: &mut impl Sink) -> Result<(), Unreadable> {
    let text = text::decode(bytes)?;
    if text.trim().is_empty() {
        return Err(Unreadable::Empty);
    }
    if text.trim_start().starts_with('<') {
        return Err(Unreadable::NotASheet);
    }
    let mut reader = reader(&text, separator(&text, layout));
    sink.begins("");
    let mut record = ByteRecord::new();
    let mut lines = Lines { text: text.as_bytes(), joined: 0 };
    while reader.read_byte_record(&mut record).map_err(|error| Unreadable::Corrupt(error.to_string()))? {
        let number = lines.number(&record);
        if record.len() > limits::SHEET_COLUMNS {
            return Err(Unreadable::TooLarge(format!("more than {} columns", limits::SHEET_COLUMNS)));
        }
        let cells = cells(&record);
        if !cells.is_empty() && sink.row(number, &cells)? != Go::On {
            break;
        }
    }
    sink.ends();
    Ok(())
}

fn cell(place: u32, field: &[u8]) -> Option<(u32, Cell<'_>)> {
    // The text was valid, and fields end at separators.
    let field = std::str::from_utf8(field).ok()?;
    Some((place, Cell::text(Cow::Borrowed(unarmoured(field)))?))
}

/// `="00123"` is how spreadsheets are kept from taking a code for a number.
fn unarmoured(field: &str) -> &str {
    // `'=1+1`: so do exports, lest a formula be taken for one. The marks are those of `sheets::write`.
    let guarded = field.strip_prefix('\'').filter(|rest| looks_like_formula(rest));
    if let Some(guarded) = guarded {
        return guarded;
    }
    let inner = field.trim().strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    inner.filter(|inner| !inner.contains('"')).unwrap_or(field)
}

fn cells(record: &ByteRecord) -> Vec<(u32, Cell<'_>)> {
    (0..).zip(record).filter_map(|(place, field)| cell(place, field)).collect()
}

fn reader(text: &str, separator: u8) -> csv::Reader<&[u8]> {
    ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes())
}

/// What may stand between fields.
const SEPARATORS: [u8; 3] = [b',', b'\t', b';'];

/// The one by which a row is a header, with as many columns as can be; where none does, the one that lets the first
/// rows have most cells, for the answer that says what is missing.
fn separator(text: &str, layout: &Layout) -> u8 {
    let mut best = (0, 0, b',');
    for separator in SEPARATORS {
        let (columns, width) = fitness(text, separator, layout);
        if (columns, width) > (best.0, best.1) {
            best = (columns, width, separator);
        }
    }
    best.2
}

/// How many columns of the layout the header has, 0 when there is none; and how many cells the widest row has.
fn fitness(text: &str, separator: u8, layout: &Layout) -> (usize, usize) {
    let (mut reader, mut record) = (reader(text, separator), ByteRecord::new());
    let (mut rows, mut widest) = (0, 0);
    while rows < limits::SHEET_HEADER_WITHIN_ROWS && reader.read_byte_record(&mut record).unwrap_or(false) {
        let cells = cells(&record);
        rows += usize::from(!cells.is_empty());
        widest = widest.max(record.len());
        if let Ok(header) = Header::of(layout, &cells) {
            return (header.places.iter().flatten().count(), widest);
        }
    }
    (0, widest)
}

/// A row of a sheet is a record with its line breaks, and blank lines are rows too.
struct Lines<'a> {
    text: &'a [u8],
    /// Line breaks inside the records so far.
    joined: u64,
}

impl Lines<'_> {
    fn number(&mut self, record: &ByteRecord) -> u32 {
        let (line, byte) = record.position().map_or((1, 0), |at| (at.line(), at.byte()));
        let rest = usize::try_from(byte).ok().and_then(|byte| self.text.get(byte..)).unwrap_or_default();
        let blank = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
        let skipped = blank.filter(|byte| **byte == b'\n').count() as u64;
        let number = (line + skipped).saturating_sub(self.joined);
        self.joined += record.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
        u32::try_from(number).unwrap_or(u32::MAX)
    }
}

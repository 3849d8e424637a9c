use std::borrow::Cow;

use csv::{ByteRecord, ReaderBuilder};

use super::{Cell, Go, Sink, Unreadable, text};
use crate::limits;

/// Reads text with separators.
pub(super) fn text(bytes: &[u8], sink: &mut impl Sink) -> Result<(), Unreadable> {
    let text = text::decode(bytes)?;
    if text.trim().is_empty() {
        return Err(Unreadable::Empty);
    }
    if text.trim_start().starts_with('<') {
        return Err(Unreadable::NotASheet);
    }
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator(&text))
        .from_reader(text.as_bytes());
    sink.begins("");
    let mut record = ByteRecord::new();
    let mut lines = Lines { text: text.as_bytes(), joined: 0 };
    while reader.read_byte_record(&mut record).map_err(|error| Unreadable::Corrupt(error.to_string()))? {
        let number = lines.number(&record);
        if record.len() > limits::SHEET_COLUMNS {
            return Err(Unreadable::TooLarge(format!("more than {} columns", limits::SHEET_COLUMNS)));
        }
        let cells: Vec<_> = (0..).zip(&record).filter_map(|(place, field)| cell(place, field)).collect();
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
    let inner = field.trim().strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    inner.filter(|inner| !inner.contains('"')).unwrap_or(field)
}

/// Of comma, tab and semicolon the one that the first lines have most of.
fn separator(text: &str) -> u8 {
    let head: Vec<&str> = text.lines().take(limits::SHEET_HEADER_WITHIN_ROWS).collect();
    let count = |separator: char| head.iter().map(|line| line.matches(separator).count()).max().unwrap_or(0);
    let found = [(',', b','), ('\t', b'\t'), (';', b';')].map(|(letter, byte)| (count(letter), byte));
    found.into_iter().fold((0, b','), |best, one| if one.0 > best.0 { one } else { best }).1
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

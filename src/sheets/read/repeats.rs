//! OpenDocument says "the next million cells are the same" in a few bytes: how many cells that really is.

use std::io::{BufReader, Cursor};

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use zip::ZipArchive;

use super::Unreadable;
use crate::limits;

/// Refuses a document whose cells with something in them are too many once they are written out.
pub(super) fn check(bytes: &[u8]) -> Result<(), Unreadable> {
    let broken = || Unreadable::Corrupt("its content cannot be read".to_owned());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| broken())?;
    let content = archive.by_name("content.xml").map_err(|_| broken())?;
    let mut reader = Reader::from_reader(BufReader::new(content));
    let mut buffer = Vec::new();
    let (mut row_repeats, mut row_width, mut width, mut rows, mut waiting) =
        (1_u64, 0_u64, 0_u64, 0_u64, 0_u64);
    loop {
        match reader.read_event_into(&mut buffer).map_err(|_| broken())? {
            Event::Start(tag) if is(&tag, b"table") => (rows, waiting, width) = (0, 0, 0),
            Event::Start(tag) if is(&tag, b"table-row") => {
                (row_repeats, row_width) = (repeats(&tag, b"number-rows-repeated"), 0);
            }
            // A cell with a value has a type, or text inside.
            Event::Start(tag) if is(&tag, b"table-cell") => {
                row_width += repeats(&tag, b"number-columns-repeated")
            }
            Event::Empty(tag) if is(&tag, b"table-cell") && has_value(&tag) => {
                row_width += repeats(&tag, b"number-columns-repeated");
            }
            Event::End(tag) if tag.local_name().as_ref() == "table-row" => {
                if row_width == 0 {
                    waiting += row_repeats;
                } else {
                    rows += waiting + row_repeats;
                    (waiting, width) = (0, width.max(row_width));
                }
                if rows.saturating_mul(width) > limits::SHEET_CELLS as u64 {
                    return Err(Unreadable::TooLarge(format!("more than {} cells", limits::SHEET_CELLS)));
                }
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
        buffer.clear();
    }
}

fn is(tag: &BytesStart<'_>, name: &[u8]) -> bool {
    tag.local_name().as_ref().as_bytes() == name
}

fn repeats(tag: &BytesStart<'_>, name: &[u8]) -> u64 {
    let found = tag.attributes().flatten().find(|one| one.key.local_name().as_ref().as_bytes() == name);
    found.and_then(|one| one.value.parse().ok()).unwrap_or(1)
}

fn has_value(tag: &BytesStart<'_>) -> bool {
    tag.attributes().flatten().any(|one| one.key.local_name().as_ref() == "value-type")
}

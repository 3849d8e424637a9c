//! Workbooks, read by calamine: the XML ones cell by cell, the older ones as a whole.

use std::io::Cursor;

use calamine::{
    Cell as Found, Data, DataRef, Ods, OdsError, Range, Reader, Xls, XlsError, Xlsb, Xlsx, XlsxError,
};

use super::spread::Spread;
use super::{Cell, Go, Sink, Unreadable};
use crate::limits;

pub(super) fn xlsx(bytes: &[u8], sink: &mut impl Sink) -> Result<(), Unreadable> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(xlsx_error)?;
    for name in book.sheet_names() {
        sink.begins(&name);
        let spread = merged(&mut book, bytes, &name);
        let Ok(mut reader) = book.worksheet_cells_reader(&name) else { continue };
        let next = || reader.next_cell().map_err(xlsx_error);
        if stream(next, spread, sink)? == Go::Stop || sink.ends() == Go::Stop {
            break;
        }
    }
    Ok(())
}

/// Merged cells stand behind the rows, so they cost a second reading: only small sheets are asked for them.
fn merged(book: &mut Xlsx<Cursor<&[u8]>>, bytes: &[u8], name: &str) -> Spread<'static> {
    if bytes.len() > limits::SHEET_MERGED_BYTES {
        return Spread::default();
    }
    let regions = book.merge_cells_by_sheet_name(name).unwrap_or_default();
    Spread::of(if regions.len() > limits::SHEET_MERGED_REGIONS { Vec::new() } else { regions })
}

pub(super) fn xlsb(bytes: &[u8], sink: &mut impl Sink) -> Result<(), Unreadable> {
    let mut book = Xlsb::new(Cursor::new(bytes)).map_err(damaged)?;
    for name in book.sheet_names() {
        sink.begins(&name);
        let Ok(mut reader) = book.worksheet_cells_reader(&name) else { continue };
        let next = || reader.next_cell().map_err(damaged);
        if stream(next, Spread::default(), sink)? == Go::Stop || sink.ends() == Go::Stop {
            break;
        }
    }
    Ok(())
}

/// Gathers cells into rows.
fn stream<'a>(
    mut next: impl FnMut() -> Result<Option<Found<DataRef<'a>>>, Unreadable>,
    mut spread: Spread<'a>,
    sink: &mut impl Sink,
) -> Result<Go, Unreadable> {
    let mut cells: Vec<(u32, Cell<'a>)> = Vec::new();
    let (mut current, mut seen) = (0, 0_usize);
    while let Some(found) = next()? {
        let (row, column) = found.get_position();
        seen += 1;
        if seen > limits::SHEET_CELLS {
            return Err(Unreadable::TooLarge(format!("more than {} cells", limits::SHEET_CELLS)));
        }
        if row != current {
            match emit(current, &mut cells, &mut spread, sink)? {
                Go::On => current = row,
                other => return Ok(other),
            }
        }
        if cells.len() > limits::SHEET_COLUMNS {
            return Err(Unreadable::TooLarge(format!("more than {} columns", limits::SHEET_COLUMNS)));
        }
        // Most text is shared by the workbook, so that this copies a pointer.
        cells.extend(Cell::of_ref(found.get_value().clone()).map(|cell| (column, cell)));
    }
    emit(current, &mut cells, &mut spread, sink)
}

fn emit<'a>(
    row: u32,
    cells: &mut Vec<(u32, Cell<'a>)>,
    spread: &mut Spread<'a>,
    sink: &mut impl Sink,
) -> Result<Go, Unreadable> {
    spread.apply(row, cells);
    let go = if cells.is_empty() { Go::On } else { sink.row(row + 1, cells)? };
    cells.clear();
    Ok(go)
}

pub(super) fn xls(bytes: &[u8], sink: &mut impl Sink) -> Result<(), Unreadable> {
    let mut book = Xls::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsError::Password => Unreadable::Encrypted,
        _ => damaged(error),
    })?;
    for name in book.sheet_names() {
        sink.begins(&name);
        let merged = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
        let Ok(range) = book.worksheet_range(&name) else { continue };
        if whole(&range, Spread::of(merged), sink)? == Go::Stop || sink.ends() == Go::Stop {
            break;
        }
    }
    Ok(())
}

pub(super) fn ods(bytes: &[u8], sink: &mut impl Sink) -> Result<(), Unreadable> {
    super::repeats::check(bytes)?;
    let mut book = Ods::new(Cursor::new(bytes)).map_err(|error| match error {
        OdsError::Password => Unreadable::Encrypted,
        _ => damaged(error),
    })?;
    for name in book.sheet_names() {
        sink.begins(&name);
        let Ok(range) = book.worksheet_range(&name) else { continue };
        if whole(&range, Spread::default(), sink)? == Go::Stop || sink.ends() == Go::Stop {
            break;
        }
    }
    Ok(())
}

fn whole<'a>(range: &'a Range<Data>, mut spread: Spread<'a>, sink: &mut impl Sink) -> Result<Go, Unreadable> {
    let (first_row, first_column) = range.start().unwrap_or_default();
    let mut cells = Vec::new();
    for (row, values) in (first_row..).zip(range.rows()) {
        let found = (first_column..).zip(values);
        cells.extend(found.filter_map(|(column, value)| Some((column, Cell::of_data(value)?))));
        match emit(row, &mut cells, &mut spread, sink)? {
            Go::On => {}
            other => return Ok(other),
        }
    }
    Ok(Go::On)
}

fn xlsx_error(error: XlsxError) -> Unreadable {
    if matches!(error, XlsxError::Password) { Unreadable::Encrypted } else { damaged(error) }
}

/// The parser's own words may quote the file: only that it failed is told.
fn damaged(_: impl std::error::Error) -> Unreadable {
    Unreadable::Corrupt("its parts cannot be read".to_owned())
}

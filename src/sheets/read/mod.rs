//! Reading a sheet: bytes in, typed rows and what is wrong with the others out.
//!
//! * The kind of file is told by its content: .xlsx, .xlsm, .xlsb, .xls, .ods, or text with commas, semicolons or
//!   tabs in UTF-8, UTF-16 or Big5.
//! * The header is the first row of the first sheet that holds every required column of a [`Layout`]. Titles above it,
//!   blank rows, repeated headers and totals rows below are passed over.
//! * A value that cannot be read is a [`RowFault`] with the sheet's own row number; the other rows are good.
//! * Files are met with suspicion: see [`crate::limits`], `SHEET_*`.
//!
//! Rows of a workbook stream through, so that only what a caller keeps is in memory.

mod cell;
mod collect;
mod csv;
mod date;
mod fault;
mod guard;
mod header;
mod kind;
mod layout;
mod number;
mod repeats;
mod row;
mod spread;
#[cfg(test)]
mod tests;
mod text;
mod totals;
mod workbook;

pub use cell::Cell;
pub use collect::Sheet;
pub use fault::{RowFault, Unreadable};
pub use layout::{Column, Layout};
pub use row::Row;

use bytes::Bytes;

/// Reads `bytes` as a sheet of this layout. `parse` makes a value of each row; of a row that it finds fault with, the
/// value is dropped. It takes its time: call it where blocking is allowed, or see [`read_sheet`].
///
/// # Errors
/// When the file as a whole cannot be read, see [`Unreadable`].
pub fn read<T>(
    bytes: &[u8],
    layout: &'static Layout,
    parse: impl FnMut(&mut Row<'_>) -> Option<T>,
) -> Result<Sheet<T>, Unreadable> {
    let mut collector = collect::Collector::new(layout, parse);
    match kind::of(bytes)? {
        kind::Kind::Xlsx => workbook::xlsx(bytes, &mut collector)?,
        kind::Kind::Xlsb => workbook::xlsb(bytes, &mut collector)?,
        kind::Kind::Xls => workbook::xls(bytes, &mut collector)?,
        kind::Kind::Ods => workbook::ods(bytes, &mut collector)?,
        kind::Kind::Text => csv::text(bytes, layout, &mut collector)?,
    }
    collector.finish()
}

/// [`read`] on a thread of its own. A parser that a hostile file brings down is an unreadable file.
///
/// # Errors
/// See [`Unreadable`].
pub async fn read_sheet<T: Send + 'static>(
    bytes: Bytes,
    layout: &'static Layout,
    parse: impl FnMut(&mut Row<'_>) -> Option<T> + Send + 'static,
) -> Result<Sheet<T>, Unreadable> {
    let reading = tokio::task::spawn_blocking(move || read(&bytes, layout, parse));
    reading.await.unwrap_or_else(|_| Err(Unreadable::Corrupt("its parts contradict each other".to_owned())))
}

/// Whether to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Go {
    /// With the next row.
    On,
    /// With the next sheet.
    NextSheet,
    /// No further.
    Stop,
}

/// What rows are poured into.
trait Sink {
    /// A sheet begins.
    fn begins(&mut self, sheet: &str);
    /// One row with at least one cell, in the order of columns; `number` counts from 1.
    fn row(&mut self, number: u32, cells: &[(u32, Cell<'_>)]) -> Result<Go, Unreadable>;
    /// The sheet is over.
    fn ends(&mut self) -> Go;
}

//! Writing spreadsheets: Excel workbooks and CSV, row by row, in memory that does not grow with the rows.
//!
//! A [`Sheet`] says what its columns are called and how wide they are; rows are lists of [`Cell`]s. Numbers and
//! dates are real ones. Text is always text: nothing that came from outside becomes a formula, whatever it
//! begins with (`= + - @`). `http::download` answers a request with a file while its rows are still being read;
//! [`to_bytes`] makes a small file at once, such as a mail's attachment.

mod cell;
mod csv;
mod excel;
#[cfg(test)]
mod tests;

use std::io::{self, Write};

pub use cell::Cell;
pub(in crate::sheets) use cell::looks_like_formula;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// An Excel workbook, `.xlsx`.
    Excel,
    /// Comma-separated values in UTF-8 with a byte-order mark, so that Excel reads them right. Of one sheet.
    Csv,
}

impl Format {
    /// Its media type.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Excel => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }

    /// The ending of its files' names.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Excel => "xlsx",
            Self::Csv => "csv",
        }
    }
}

/// A column of a sheet.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its heading.
    pub title: &'static str,
    /// How many narrow characters it shows; a Chinese one counts as two.
    pub width: u8,
}

impl Column {
    /// A column of this width, in narrow characters.
    pub const fn new(title: &'static str, width: u8) -> Self {
        Self { title, width }
    }
}

/// A sheet of a file.
#[derive(Clone, Copy, Debug)]
pub struct Sheet {
    /// Its name: at most 31 characters, none of `[ ] : * ? / \`.
    pub name: &'static str,
    /// Its columns, from the left.
    pub columns: &'static [Column],
}

/// A file that is being written.
pub enum File<W: Write + Send> {
    /// As a workbook.
    Excel(Box<excel::Excel<W>>),
    /// As comma-separated values.
    Csv(Box<csv::Csv<W>>),
}

impl<W: Write + Send> File<W> {
    /// Begins a file: its headings are written, rows may follow.
    ///
    /// # Errors
    /// When the disk, or `out`, takes nothing.
    pub fn begin(format: Format, sheets: &[Sheet], out: W) -> io::Result<Self> {
        Ok(match format {
            Format::Excel => Self::Excel(Box::new(excel::Excel::begin(sheets, out)?)),
            Format::Csv => Self::Csv(Box::new(csv::Csv::begin(sheets, out)?)),
        })
    }

    /// Writes the next row of the sheet with this index.
    ///
    /// # Errors
    /// When the disk, or the file's destination, takes nothing.
    pub fn row(&mut self, sheet: usize, cells: &[Cell]) -> io::Result<()> {
        match self {
            Self::Excel(excel) => excel.row(sheet, cells),
            Self::Csv(csv) => csv.row(cells),
        }
    }

    /// Ends the file; gives its destination back.
    ///
    /// # Errors
    /// When the disk, or the file's destination, takes nothing.
    pub fn finish(self) -> io::Result<W> {
        match self {
            Self::Excel(excel) => excel.finish(),
            Self::Csv(csv) => csv.finish(),
        }
    }
}

/// A small file of one sheet, whole: for attachments.
///
/// # Errors
/// When the disk takes nothing: a workbook's rows go through a temporary file.
pub fn to_bytes(
    format: Format,
    sheet: Sheet,
    rows: impl IntoIterator<Item = Vec<Cell>>,
) -> io::Result<Vec<u8>> {
    let mut file = File::begin(format, &[sheet], Vec::new())?;
    for cells in rows {
        file.row(0, &cells)?;
    }
    file.finish()
}

use std::io::{self, Write};

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{Color, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::Sheet;
use super::cell::{Cell, looks_like_formula, shortened};

/// Rows that a sheet of Excel has, the heading among them.
const ROWS_MAX: u32 = 1_048_576;
/// The longest text in a cell, in units of UTF-16.
const TEXT_UNITS_MAX: usize = 32_767;

/// A workbook. Its rows lie in a temporary file until the workbook is written, zipped, to its destination.
pub struct Excel<W: Write + Send> {
    book: Workbook,
    sheets: Vec<Open>,
    styles: Styles,
    rows_max: u32,
    out: W,
}

/// A sheet that takes rows. Beyond what a sheet of Excel holds it goes on in another.
struct Open {
    sheet: Sheet,
    /// Where in the workbook.
    index: usize,
    /// Which of its sheets, from 1.
    part: u32,
    next_row: u32,
}

impl<W: Write + Send> Excel<W> {
    pub(super) fn begin(sheets: &[Sheet], out: W) -> io::Result<Self> {
        Self::begin_with(sheets, out, ROWS_MAX)
    }

    pub(super) fn begin_with(sheets: &[Sheet], out: W, rows_max: u32) -> io::Result<Self> {
        let mut excel =
            Self { book: Workbook::new(), sheets: Vec::new(), styles: Styles::new(), rows_max, out };
        for sheet in sheets {
            let index = excel.add(sheet, 1)?;
            excel.sheets.push(Open { sheet: *sheet, index, part: 1, next_row: 1 });
        }
        Ok(excel)
    }

    /// Adds a worksheet with its heading; says where.
    fn add(&mut self, sheet: &Sheet, part: u32) -> io::Result<usize> {
        let index = self.book.worksheets().len();
        let style = &self.styles.heading;
        let worksheet = self.book.add_worksheet_with_constant_memory().map_err(failed)?;
        head(worksheet, sheet, part, style).map_err(failed)?;
        Ok(index)
    }

    pub(super) fn row(&mut self, sheet: usize, cells: &[Cell]) -> io::Result<()> {
        let Some(open) = self.sheets.get(sheet) else { return Err(io::ErrorKind::NotFound.into()) };
        if open.next_row >= self.rows_max {
            let (sheet_, part) = (open.sheet, open.part + 1);
            let index = self.add(&sheet_, part)?;
            self.sheets[sheet] = Open { sheet: sheet_, index, part, next_row: 1 };
        }
        let open = &mut self.sheets[sheet];
        let worksheet = self.book.worksheet_from_index(open.index).map_err(failed)?;
        for (column, cell) in (0..).zip(cells) {
            write(worksheet, open.next_row, column, cell, &self.styles).map_err(failed)?;
        }
        open.next_row += 1;
        Ok(())
    }

    pub(super) fn finish(mut self) -> io::Result<W> {
        for open in &self.sheets {
            let last = u16::try_from(open.sheet.columns.len()).unwrap_or(u16::MAX).saturating_sub(1);
            let worksheet = self.book.worksheet_from_index(open.index).map_err(failed)?;
            worksheet.autofilter(0, 0, open.next_row - 1, last).map_err(failed)?;
        }
        self.book.save_to_writer(&mut self.out).map_err(failed)?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// The heading stays in sight while the rows are scrolled.
fn head(worksheet: &mut Worksheet, sheet: &Sheet, part: u32, style: &Format) -> Result<(), XlsxError> {
    let name = if part == 1 { sheet.name.to_owned() } else { format!("{} ({part})", sheet.name) };
    worksheet.set_name(name)?.set_freeze_panes(1, 0)?;
    for (index, column) in (0..).zip(sheet.columns) {
        worksheet.set_column_width(index, column.width)?;
        worksheet.write_string_with_format(0, index, column.title, style)?;
    }
    Ok(())
}

fn write(
    worksheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    styles: &Styles,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => return Ok(()),
        Cell::Text(text) if looks_like_formula(text) => {
            let text = shortened(text, TEXT_UNITS_MAX);
            worksheet.write_string_with_format(row, column, &*text, &styles.quoted)?
        }
        Cell::Text(text) => worksheet.write_string(row, column, &*shortened(text, TEXT_UNITS_MAX))?,
        Cell::Whole(number) => {
            worksheet.write_number_with_format(row, column, *number as f64, &styles.whole)?
        }
        Cell::Amount(amount) => {
            let style = if amount.is_integer() { &styles.whole } else { &styles.places };
            worksheet.write_number_with_format(row, column, float(*amount), style)?
        }
        Cell::Percent(share) => {
            let share = float(*share / Decimal::ONE_HUNDRED);
            worksheet.write_number_with_format(row, column, share, &styles.percent)?
        }
        Cell::Date(date) => worksheet.write_datetime_with_format(row, column, date, &styles.date)?,
        Cell::Moment(moment) => worksheet.write_datetime_with_format(row, column, moment, &styles.moment)?,
    };
    Ok(())
}

/// Excel knows no other numbers; 15 digits of it are exact.
fn float(number: Decimal) -> f64 {
    number.to_f64().unwrap_or_default()
}

fn failed(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        other => io::Error::other(other.to_string()),
    }
}

/// How cells look.
struct Styles {
    heading: Format,
    /// Text that must stay text when somebody edits its cell.
    quoted: Format,
    whole: Format,
    places: Format,
    percent: Format,
    date: Format,
    moment: Format,
}

impl Styles {
    fn new() -> Self {
        let number = |code: &str| Format::new().set_num_format(code);
        Self {
            heading: Format::new()
                .set_bold()
                .set_align(FormatAlign::Center)
                .set_background_color(Color::RGB(0x00D9_E2F3)),
            quoted: Format::new().set_quote_prefix(),
            whole: number("#,##0"),
            places: number("#,##0.00"),
            percent: number("0.00%"),
            date: number("yyyy-mm-dd"),
            moment: number("yyyy-mm-dd hh:mm"),
        }
    }
}

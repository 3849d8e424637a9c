use super::header::Header;
use super::{Cell, Go, Layout, Row, RowFault, Sink, Unreadable, totals};
use crate::limits;

/// What a file came to.
#[derive(Debug)]
pub struct Sheet<T> {
    /// The sheet that was read; empty for text.
    pub name: String,
    /// The good rows with their numbers, in order.
    pub rows: Vec<(u32, T)>,
    /// What is wrong with the others, in order; at most [`limits::SHEET_FAULTS`].
    pub faults: Vec<RowFault>,
    /// Rows below the header that hold data, good or not.
    pub total: usize,
    /// Rows that are wrong.
    pub failed: usize,
    /// Headers of columns that were passed over, since they mean nothing here.
    pub ignored: Vec<String>,
}

/// Collects the rows of the first sheet that has a header.
pub(super) struct Collector<T, P> {
    layout: &'static Layout,
    parse: P,
    header: Option<Header>,
    /// Rows of this sheet looked at for a header.
    looked_at: usize,
    /// What the row that lacks least holds, for the answer when no row lacks nothing.
    nearest: Option<(Vec<&'static str>, Vec<String>)>,
    sheet: Sheet<T>,
    text_bytes: usize,
}

impl<T, P: FnMut(&mut Row<'_>) -> Option<T>> Collector<T, P> {
    pub(super) fn new(layout: &'static Layout, parse: P) -> Self {
        let sheet = Sheet {
            name: String::new(),
            rows: Vec::new(),
            faults: Vec::new(),
            total: 0,
            failed: 0,
            ignored: Vec::new(),
        };
        Self { layout, parse, header: None, looked_at: 0, nearest: None, sheet, text_bytes: 0 }
    }

    pub(super) fn finish(self) -> Result<Sheet<T>, Unreadable> {
        if let Some(header) = self.header {
            return Ok(Sheet { ignored: header.ignored, ..self.sheet });
        }
        let (missing, found) = self.nearest.unwrap_or_default();
        if found.is_empty() {
            return Err(Unreadable::Empty);
        }
        Err(Unreadable::MissingColumns { found, missing, layout: self.layout })
    }

    fn look_for_header(&mut self, cells: &[(u32, Cell<'_>)]) -> Go {
        self.looked_at += 1;
        match Header::of(self.layout, cells) {
            Ok(header) => self.header = Some(header),
            Err(missing) => {
                let lacks_less = match &self.nearest {
                    None => true,
                    // Of rows that are no header at all, the one with the most cells is the likeliest.
                    Some((least, found)) => {
                        (missing.len(), found.len()) < (least.len(), 0)
                            || (missing.len() == least.len() && cells.len() > found.len())
                    }
                };
                if lacks_less {
                    let shown = cells.iter().take(limits::SHEET_HEADERS_SHOWN);
                    let cut = |text: &str| text.chars().take(limits::SHEET_HEADER_CHARS_SHOWN).collect();
                    let shown = shown.map(|(_, cell)| cut(&cell.shown())).collect();
                    self.nearest = Some((missing, shown));
                }
            }
        }
        if self.looked_at >= limits::SHEET_HEADER_WITHIN_ROWS && self.header.is_none() {
            Go::NextSheet
        } else {
            Go::On
        }
    }

    fn take(&mut self, number: u32, cells: &[(u32, Cell<'_>)]) -> Result<(), Unreadable> {
        let Some(header) = &self.header else { return Ok(()) };
        let is_under_header = |place: u32| header.places.iter().flatten().any(|(column, _)| *column == place);
        if !cells.iter().any(|(place, _)| is_under_header(*place))
            || totals::is_total(cells, header.is_filled_by(self.layout, cells))
            || header.is_repeated_by(self.layout, cells)
        {
            return Ok(());
        }
        self.sheet.total += 1;
        if self.sheet.total > limits::SHEET_ROWS {
            return Err(Unreadable::TooLarge(format!("more than {} rows", limits::SHEET_ROWS)));
        }
        self.text_bytes += cells.iter().map(|(_, cell)| text_bytes(cell)).sum::<usize>();
        if self.text_bytes > limits::SHEET_TEXT_BYTES {
            return Err(Unreadable::TooLarge(format!(
                "more than {} bytes of text",
                limits::SHEET_TEXT_BYTES
            )));
        }
        let mut row = Row { number, layout: self.layout, header, cells, faults: Vec::new() };
        row.check_required();
        let value = (self.parse)(&mut row);
        match value {
            Some(value) if row.faults.is_empty() => self.sheet.rows.push((number, value)),
            _ => {
                self.sheet.failed += 1;
                let room = limits::SHEET_FAULTS.saturating_sub(self.sheet.faults.len());
                self.sheet.faults.extend(row.faults.into_iter().take(room));
            }
        }
        Ok(())
    }
}

fn text_bytes(cell: &Cell<'_>) -> usize {
    if let Cell::Text(text) = cell { text.len() } else { 0 }
}

impl<T, P: FnMut(&mut Row<'_>) -> Option<T>> Sink for Collector<T, P> {
    fn begins(&mut self, sheet: &str) {
        self.looked_at = 0;
        self.sheet.name = sheet.to_owned();
    }

    fn row(&mut self, number: u32, cells: &[(u32, Cell<'_>)]) -> Result<Go, Unreadable> {
        if cells.len() > limits::SHEET_COLUMNS {
            return Err(Unreadable::TooLarge(format!("more than {} columns", limits::SHEET_COLUMNS)));
        }
        if self.header.is_none() {
            return Ok(self.look_for_header(cells));
        }
        self.take(number, cells).map(|()| Go::On)
    }

    fn ends(&mut self) -> Go {
        if self.header.is_some() { Go::Stop } else { Go::On }
    }
}

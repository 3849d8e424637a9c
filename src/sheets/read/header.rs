//! Finding the header row: what each column of a layout is called here and where it is.

use unicode_normalization::UnicodeNormalization;

use super::{Cell, Column, Layout};
use crate::limits;

/// A header as it is compared: NFKC, lower case, without spaces, underscores, marks of duty and letters that nobody
/// sees.
pub(super) fn normalised(header: &str) -> String {
    let kept =
        |letter: &char| !letter.is_whitespace() && !matches!(letter, '_' | '-' | '*') && is_seen(*letter);
    header.nfkc().filter(kept).flat_map(char::to_lowercase).collect()
}

/// What stands before the brackets at the end of a normalised header: `缺貨數量(件)`.
fn before_brackets(header: &str) -> Option<&str> {
    let opening = header.strip_suffix([')', ']', '】'])?.rfind(['(', '[', '【'])?;
    header.get(..opening).filter(|before| !before.is_empty())
}

/// How well a header fits a column, as written and else without the brackets at its end; the least is best.
fn fit(column: &Column, header: &str) -> Option<(bool, usize)> {
    let bare = || Some((true, column.rank(before_brackets(header)?)?));
    column.rank(header).map(|rank| (false, rank)).or_else(bare)
}

/// Marks of direction, joiners and the like have no width.
fn is_seen(letter: char) -> bool {
    !matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// Where the columns of a layout are.
#[derive(Debug)]
pub(super) struct Header {
    /// For each column of the layout: its place in the sheet and what the sheet calls it.
    pub(super) places: Vec<Option<(u32, String)>>,
    /// What the sheet calls columns that mean nothing here, in their order.
    pub(super) ignored: Vec<String>,
}

impl Header {
    /// Matches a row; the columns that it lacks when it is no header.
    pub(super) fn of(layout: &Layout, cells: &[(u32, Cell<'_>)]) -> Result<Self, Vec<&'static str>> {
        let written: Vec<(u32, String, String)> = cells
            .iter()
            .filter_map(|(place, cell)| match cell {
                Cell::Text(text) => Some((*place, normalised(text), text.trim().to_owned())),
                _ => None,
            })
            .collect();
        let places: Vec<_> = layout
            .columns()
            .iter()
            .map(|column| {
                let fitting = written
                    .iter()
                    .filter_map(|(place, header, name)| Some((fit(column, header)?, *place, name.clone())));
                fitting.min_by_key(|(rank, place, _)| (*rank, *place)).map(|(_, place, name)| (place, name))
            })
            .collect();
        let pairs = layout.columns().iter().zip(&places);
        let missing: Vec<_> = pairs
            .filter(|(column, place)| column.is_required && place.is_none())
            .map(|(column, _)| column.key)
            .collect();
        if !missing.is_empty() {
            return Err(missing);
        }
        let is_known = |place: u32| places.iter().flatten().any(|(known, _)| *known == place);
        let ignored =
            written.into_iter().filter(|(place, header, _)| !header.is_empty() && !is_known(*place));
        let ignored =
            ignored.map(|(_, _, name)| name.chars().take(limits::SHEET_HEADER_CHARS_SHOWN).collect());
        let ignored = ignored.take(limits::SHEET_HEADERS_SHOWN).collect();
        Ok(Self { places, ignored })
    }

    /// Whether a row has a value in every column that it needs.
    pub(super) fn is_filled_by(&self, layout: &Layout, cells: &[(u32, Cell<'_>)]) -> bool {
        let mut required = layout.columns().iter().zip(&self.places).filter(|(column, _)| column.is_required);
        required.all(|(_, place)| {
            place.as_ref().is_some_and(|(place, _)| cells.iter().any(|(at, _)| at == place))
        })
    }

    /// Whether a row repeats the header, as printed lists do on each page.
    pub(super) fn is_repeated_by(&self, layout: &Layout, cells: &[(u32, Cell<'_>)]) -> bool {
        let mut required = layout.columns().iter().zip(&self.places).filter(|(column, _)| column.is_required);
        required.all(|(_, place)| {
            let Some((place, name)) = place else { return false };
            let cell = cells.iter().find(|(at, _)| at == place);
            matches!(cell, Some((_, Cell::Text(text))) if text.trim() == name)
        })
    }
}

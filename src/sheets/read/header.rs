//! Finding the header row: what each column of a layout is called here and where it is.

use unicode_normalization::UnicodeNormalization;

use super::{Cell, Layout};

/// A header as it is compared: NFKC, lower case, without spaces, underscores and marks of duty.
pub(super) fn normalised(header: &str) -> String {
    let kept = |letter: &char| !letter.is_whitespace() && !matches!(letter, '_' | '-' | '*' | '\u{feff}');
    header.nfkc().filter(kept).flat_map(char::to_lowercase).collect()
}

/// Where the columns of a layout are.
#[derive(Debug)]
pub(super) struct Header {
    /// For each column of the layout: its place in the sheet and what the sheet calls it.
    pub(super) places: Vec<Option<(u32, String)>>,
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
                    .filter_map(|(place, header, name)| Some((column.rank(header)?, *place, name.clone())));
                fitting.min_by_key(|(rank, place, _)| (*rank, *place)).map(|(_, place, name)| (place, name))
            })
            .collect();
        let pairs = layout.columns().iter().zip(&places);
        let missing: Vec<_> = pairs
            .filter(|(column, place)| column.is_required && place.is_none())
            .map(|(column, _)| column.key)
            .collect();
        if missing.is_empty() { Ok(Self { places }) } else { Err(missing) }
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

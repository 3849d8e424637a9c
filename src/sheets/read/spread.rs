//! Merged cells: what a cell spanning several rows says holds for each of them.

use calamine::Dimensions;

use super::Cell;

/// The merged cells of a sheet that span rows.
#[derive(Default)]
pub(super) struct Spread<'a> {
    regions: Vec<(Dimensions, Option<Cell<'a>>)>,
}

impl<'a> Spread<'a> {
    pub(super) fn of(regions: Vec<Dimensions>) -> Self {
        let over_rows = regions.into_iter().filter(|region| region.end.0 > region.start.0);
        Self { regions: over_rows.map(|region| (region, None)).collect() }
    }

    /// Remembers what begins in this row, and fills in what goes on in it.
    pub(super) fn apply(&mut self, row: u32, cells: &mut Vec<(u32, Cell<'a>)>) {
        let mut has_filled = false;
        for (region, value) in &mut self.regions {
            let column = region.start.1;
            if row == region.start.0 {
                *value = cells.iter().find(|(place, _)| *place == column).map(|(_, cell)| cell.clone());
            } else if row > region.start.0
                && row <= region.end.0
                && !cells.iter().any(|(place, _)| *place == column)
            {
                cells.extend(value.clone().map(|cell| (column, cell)));
                has_filled = true;
            }
        }
        if has_filled {
            cells.sort_by_key(|(place, _)| *place);
        }
    }
}

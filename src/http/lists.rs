//! What the lists of family B have in common.

use projections::{ListQuery, Ordering, Orderings, Page};

use super::{ApiError, Query, Route};
use crate::answers::Subject;
use crate::app::App;

/// Reads `search`, `ordering`, `page` and `page_size` (or family M's `per_page`); without those the list is whole.
pub(super) fn read(query: &Query, allowed: Orderings) -> Result<ListQuery, ApiError> {
    let ordering = query.text("ordering").map(|text| Ordering::parse(text, allowed)).transpose();
    let ordering =
        ordering.map_err(|unknown| ApiError::field("ordering", "unknown_value", unknown.to_string()))?;
    let rows_name = if query.text("page_size").is_some() { "page_size" } else { "per_page" };
    let page = query.page_if_asked(rows_name).map(Page::from);
    Ok(ListQuery { search: query.text("search").map(str::to_owned), ordering, page })
}

/// Describes what [`read`] reads.
pub(super) fn documented(route: Route<App>) -> Route<App> {
    route
        .param("page", "integer", "which page; without page and page_size the list is whole")
        .param("page_size", "integer", "items of a page, 50 unless said, at most 1000")
        .param("search", "string", "part of the name or description")
        .param("ordering", "string", "a field, with - before it for descending; newest first unless said")
}

/// Lists show figures of other things too: any change of any of them makes one stale.
pub(super) fn everything() -> Vec<Subject> {
    ["brand", "product", "campaign"].map(Subject::kind).to_vec()
}

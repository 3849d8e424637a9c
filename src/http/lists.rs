//! What the lists of family B have in common.

use projections::{ListQuery, Ordering, Orderings, Page};

use super::{ApiError, Query, Route};
use crate::answers::Subject;
use crate::app::App;

/// Reads `search`, `ordering`, `page` and `page_size`; without the last two the list is whole.
pub(super) fn read(query: &Query, allowed: Orderings) -> Result<ListQuery, ApiError> {
    let ordering = query.text("ordering").map(|text| Ordering::parse(text, allowed)).transpose();
    let ordering =
        ordering.map_err(|unknown| ApiError::field("ordering", "unknown_value", unknown.to_string()))?;
    let number = |page: u64| i64::try_from(page).ok();
    let page = query.page_if_asked("page_size").map(|page| Page::new(number(page.number), number(page.rows)));
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

//! What one may ask of a list, what an answer carries beside the view, and the SQL that all lists share.

use schemars::JsonSchema;
use serde::Serialize;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, PgPool, Row};
use uuid::Uuid;

/// Which part of a list is wanted.
#[derive(Clone, Debug, Default)]
pub struct ListQuery {
    /// Part of the name or the description, in any case.
    pub search: Option<String>,
    /// Newest first without it.
    pub ordering: Option<Ordering>,
    /// Everything without it.
    pub page: Option<Page>,
}

impl ListQuery {
    /// Longer searches are cut: no name or description is found by more.
    const LONGEST_SEARCH: usize = 1_000;

    /// The search as an ILIKE pattern in which nothing from outside is special.
    pub(crate) fn pattern(&self) -> Option<String> {
        let search = self.search.as_deref().map(str::trim).filter(|search| !search.is_empty())?;
        let mut pattern = String::from("%");
        for letter in search.chars().filter(|letter| *letter != '\0').take(Self::LONGEST_SEARCH) {
            if matches!(letter, '%' | '_' | '\\') {
                pattern.push('\\');
            }
            pattern.push(letter);
        }
        pattern.push('%');
        Some(pattern)
    }

    /// The SQL to order an `item` by; the newest first where all else is equal.
    pub(crate) fn order_by(&self) -> String {
        match self.ordering {
            Some(Ordering { expression, descending }) => {
                let direction = if descending { "DESC" } else { "ASC" };
                format!("{expression} {direction} NULLS LAST, item.created_position DESC")
            }
            None => NEWEST_FIRST.to_owned(),
        }
    }

    pub(crate) fn limit(&self) -> Option<i64> {
        self.page.map(|page| page.per_page)
    }

    pub(crate) fn offset(&self) -> i64 {
        self.page.map_or(0, |page| (page.page - 1).saturating_mul(page.per_page))
    }
}

/// A page of a list, within bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    page: i64,
    per_page: i64,
}

impl Page {
    /// The most items on a page.
    pub const LARGEST: i64 = 1_000;
    /// The items on a page when nothing sensible is asked for.
    pub const USUAL: i64 = 50;

    /// The page asked for; what makes no sense falls back to the first page and [`Self::USUAL`] items
    /// (contract R10).
    pub fn new(page: Option<i64>, per_page: Option<i64>) -> Self {
        Self {
            page: page.filter(|page| *page >= 1).unwrap_or(1),
            per_page: per_page.filter(|size| *size >= 1).unwrap_or(Self::USUAL).min(Self::LARGEST),
        }
    }

    /// Which page, from 1.
    pub fn page(&self) -> i64 {
        self.page
    }

    /// How many items a page holds.
    pub fn per_page(&self) -> i64 {
        self.per_page
    }
}

/// A page as family M's clients expect it, without an envelope.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Paged<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// How many there are in all.
    pub total: i64,
    /// Which page, from 1.
    pub page: i64,
    /// How many a page holds.
    pub per_page: i64,
    /// How many pages there are; 0 when there is nothing.
    pub total_pages: i64,
}

impl<T> Paged<T> {
    /// `items` of all `total`, as `page` asked for.
    pub fn new(items: Vec<T>, total: i64, page: Page) -> Self {
        let Page { page, per_page } = page;
        Self { items, total, page, per_page, total_pages: (total + per_page - 1) / per_page }
    }
}

/// The fields that a kind of thing may be ordered by, each with the SQL that stands for it.
pub type Orderings = &'static [(&'static str, &'static str)];

/// An order that its kind of thing has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ordering {
    expression: &'static str,
    descending: bool,
}

impl Ordering {
    /// Reads a field's name, a `-` before it for the opposite direction.
    ///
    /// # Errors
    /// When `allowed` has no such field.
    pub fn parse(text: &str, allowed: Orderings) -> Result<Self, UnknownOrdering> {
        let (field, descending) = text.strip_prefix('-').map_or((text, false), |field| (field, true));
        let found = allowed.iter().find(|(name, _)| *name == field);
        let (_, expression) = found.ok_or(UnknownOrdering { allowed })?;
        Ok(Self { expression, descending })
    }
}

/// A list cannot be ordered by this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("ordering must be one of {}, with - before it for descending", self.names().join(", "))]
pub struct UnknownOrdering {
    allowed: Orderings,
}

impl UnknownOrdering {
    /// What it can be ordered by.
    pub fn names(&self) -> Vec<&'static str> {
        self.allowed.iter().map(|(name, _)| *name).collect()
    }
}

/// A list, or a page of one.
#[derive(Clone, Debug, PartialEq)]
pub struct Found<T> {
    /// In the order asked for.
    pub items: Vec<T>,
    /// How many there are on all pages.
    pub total: i64,
}

/// A view with what its ETag and If-Match are made of (contract R9).
#[derive(Clone, Debug, PartialEq)]
pub struct Versioned<T> {
    /// The newest event of its own stream.
    pub own_position: i64,
    /// The newest event that may have changed the view.
    pub version: i64,
    /// What clients see.
    pub view: T,
}

impl<T> Versioned<T> {
    /// Reads `own_position` and `version` beside the view.
    pub(crate) fn read(
        row: &PgRow,
        view: impl FnOnce(&PgRow) -> Result<T, sqlx::Error>,
    ) -> Result<Self, sqlx::Error> {
        let (own_position, version) = (row.try_get("own_position")?, row.try_get("version")?);
        Ok(Self { own_position, version, view: view(row)? })
    }
}

/// The order of a list when none is asked for.
const NEWEST_FIRST: &str = "item.created_position DESC";

/// A table whose live rows can be listed. Its rows are called `item` in all SQL here.
pub(crate) struct Listed {
    /// Its name.
    pub(crate) table: &'static str,
    /// The condition for a row that clients may see.
    pub(crate) live: &'static str,
    /// A whole query from one that picks rows, and their order: adds what is derived for just these.
    pub(crate) select: fn(&str, &str) -> String,
}

impl Listed {
    const SEARCHED: &str = "($1::text IS NULL OR item.name ILIKE $1 OR item.description ILIKE $1)";

    /// The live row whose id is `$1`.
    pub(crate) fn one(&self) -> String {
        let Self { table, live, select } = self;
        select(&format!("SELECT * FROM {table} item WHERE item.id = $1 AND {live}"), NEWEST_FIRST)
    }

    /// The live rows of the brand `id`, newest first.
    pub(crate) async fn of_brand<V>(
        &self,
        connection: &mut PgConnection,
        id: Uuid,
        view: fn(&PgRow) -> Result<V, sqlx::Error>,
    ) -> Result<Vec<V>, sqlx::Error> {
        let Self { table, live, select } = self;
        let sql =
            select(&format!("SELECT * FROM {table} item WHERE item.brand = $1 AND {live}"), NEWEST_FIRST);
        let rows = sqlx::query(&sql).bind(id).fetch_all(connection).await?;
        rows.iter().map(view).collect()
    }

    /// The live rows that `query` asks for: one statement, and another that counts where only a page is.
    pub(crate) async fn find<V>(
        &self,
        pool: &PgPool,
        query: &ListQuery,
        view: fn(&PgRow) -> Result<V, sqlx::Error>,
    ) -> Result<Found<V>, sqlx::Error> {
        let Self { table, live, select } = self;
        let (pattern, order) = (query.pattern(), query.order_by());
        let wanted = format!("FROM {table} item WHERE {live} AND {}", Self::SEARCHED);
        let page = format!("SELECT * {wanted} ORDER BY {order} LIMIT $2::bigint OFFSET $3::bigint");
        let sql = select(&page, &order);
        let rows = sqlx::query(&sql).bind(&pattern).bind(query.limit()).bind(query.offset());
        let items: Vec<_> = rows.fetch_all(pool).await?.iter().map(view).collect::<Result<_, _>>()?;
        let total = match query.page {
            Some(_) => {
                let sql = format!("SELECT count(*) {wanted}");
                sqlx::query_scalar(&sql).bind(&pattern).fetch_one(pool).await?
            }
            None => i64::try_from(items.len()).unwrap_or(i64::MAX),
        };
        Ok(Found { items, total })
    }
}

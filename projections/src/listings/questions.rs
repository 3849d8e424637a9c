//! What one may ask of the board of listings.

use aggregates::listings::ListingStatus;
use chrono::{DateTime, Utc};
use sqlx::{PgExecutor, PgPool, Postgres, QueryBuilder};

use super::search::{self, Asked};
use super::view::{Checked, ListingItem, ListingView};
use super::{ListingRow, counts};
use crate::table::Table;
use crate::{Page, Paged, Versioned, Zone};

/// Which listings are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    /// All that are watched.
    #[default]
    All,
    /// Those that cost more than at a moment.
    Increase,
    /// Those that cost less than at a moment.
    Decrease,
    /// Those whose page is gone.
    Delisted,
}

impl Filter {
    /// The words for them.
    pub const WORDS: [&'static str; 4] = ["all", "increase", "decrease", "delisted"];

    /// The filter of a word.
    pub fn of(word: &str) -> Self {
        match word {
            "increase" => Self::Increase,
            "decrease" => Self::Decrease,
            "delisted" => Self::Delisted,
            _ => Self::All,
        }
    }

    /// Whether it compares with the past.
    pub fn compares(self) -> bool {
        matches!(self, Self::Increase | Self::Decrease)
    }
}

/// What the board may be sorted by: the word, the SQL, and whether it may be unknown.
const SORTS: [(&str, &str, bool); 16] = [
    ("id", "item.number", false),
    ("product_id", "item.product_id", true),
    ("name", "item.name", true),
    ("brand", "item.brand", true),
    ("category", "item.category", true),
    ("url", "item.url", true),
    ("image_url", "item.image_url", true),
    ("price", "item.price", true),
    ("previous_price", "item.previous_price", true),
    ("price_change", "item.price_change", true),
    ("change_percent", "item.change_percent", true),
    ("status", "item.status", false),
    ("stock_status", "item.stock_status", false),
    ("last_checked", LOOKED_AT, true),
    ("last_changed", "item.changed_at", true),
    ("first_seen", "item.first_seen", false),
];

/// When somebody last looked, whatever they saw.
const LOOKED_AT: &str = "GREATEST(item.seen_at, checks.checked_at, gone.at)";

/// The fields that the board may be sorted by.
pub fn sorts() -> [&'static str; 16] {
    SORTS.map(|(word, ..)| word)
}

/// What is asked of the board.
#[derive(Clone, Debug)]
pub struct BoardQuery {
    /// Which page.
    pub page: Page,
    /// Only of this category.
    pub category: Option<String>,
    /// Only these.
    pub filter: Filter,
    /// With what price the filter compares.
    pub since: DateTime<Utc>,
    /// Only where name, brand or code have these words.
    pub search: Option<String>,
    /// The field to sort by, one of [`sorts`].
    pub sort_by: &'static str,
    /// The largest first.
    pub is_descending: bool,
}

type Sql = QueryBuilder<'static, Postgres>;

/// The page of the board that `query` asks for. What is unknown stands at the end in either direction, and the
/// number decides between equals.
///
/// # Errors
/// When the database fails.
pub async fn board(pool: &PgPool, query: &BoardQuery, zone: Zone) -> Result<Paged<ListingItem>, sqlx::Error> {
    let asked = query.search.as_deref().and_then(search::asked);
    let total = total(pool, query, asked.as_ref()).await?;
    let (limit, offset) =
        (query.page.per_page(), (query.page.page() - 1).saturating_mul(query.page.per_page()));
    let mut rows = Vec::new();
    if offset < total {
        let (_, expression, may_lack) =
            SORTS.into_iter().find(|(word, ..)| *word == query.sort_by).unwrap_or(SORTS[0]);
        let part = Part { query, asked: asked.as_ref(), expression };
        if may_lack && query.is_descending {
            // An index has what is unknown at one end only: from the other end it is left out and comes last.
            rows = part.rows(pool, Some(true), limit, offset).await?;
            let missing = limit - i64::try_from(rows.len()).unwrap_or(limit);
            if missing > 0 {
                let known = part.count(pool, Some(true)).await?;
                rows.extend(part.rows(pool, Some(false), missing, (offset - known).max(0)).await?);
            }
        } else {
            rows = part.rows(pool, None, limit, offset).await?;
        }
    }
    let items = rows.into_iter().map(|row| row.item(zone)).collect();
    Ok(Paged::new(items, total, query.page))
}

/// How many there are on all pages; mostly this is kept, not counted.
async fn total(pool: &PgPool, query: &BoardQuery, asked: Option<&Asked>) -> Result<i64, sqlx::Error> {
    let status = match query.filter {
        Filter::All => None,
        Filter::Delisted => Some(ListingStatus::Delisted),
        Filter::Increase | Filter::Decrease => {
            return Part { query, asked, expression: "item.number" }.count(pool, None).await;
        }
    };
    match asked {
        None => counts::count(pool, query.category.as_deref(), status).await,
        Some(_) => Part { query, asked, expression: "item.number" }.count(pool, None).await,
    }
}

/// The listings wanted, in their order.
struct Part<'a> {
    query: &'a BoardQuery,
    asked: Option<&'a Asked>,
    expression: &'static str,
}

impl Part<'_> {
    /// `known`: only those where what is sorted by is known, or only those where it is not.
    async fn rows(
        &self,
        pool: &PgPool,
        known: Option<bool>,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<Checked>, sqlx::Error> {
        let columns = ListingRow::columns("item");
        let mut sql = Sql::new(format!("SELECT {columns}, {LOOKED_AT} AS looked_at"));
        self.wanted(&mut sql, known);
        let direction = if self.query.is_descending { "DESC" } else { "ASC" };
        match (self.expression, known) {
            ("item.number", _) | (_, Some(false)) => sql.push(format!(" ORDER BY item.number {direction}")),
            (expression, _) => {
                sql.push(format!(" ORDER BY {expression} {direction}, item.number {direction}"))
            }
        };
        sql.push(" LIMIT ").push_bind(limit).push(" OFFSET ").push_bind(offset);
        let rows = sql.build().fetch_all(pool).await?;
        rows.iter().map(Checked::read).collect()
    }

    async fn count(&self, pool: &PgPool, known: Option<bool>) -> Result<i64, sqlx::Error> {
        let mut sql = Sql::new("SELECT count(*)");
        self.wanted(&mut sql, known);
        sql.build_query_scalar().fetch_one(pool).await
    }

    fn wanted(&self, sql: &mut Sql, known: Option<bool>) {
        sql.push(
            " FROM listings item LEFT JOIN listing_checks checks USING (number) \
             LEFT JOIN listing_gone gone USING (number) WHERE item.is_active",
        );
        if let Some(category) = &self.query.category {
            sql.push(" AND item.category = ").push_bind(category.clone());
        }
        match self.query.filter {
            Filter::All => {}
            Filter::Delisted => drop(sql.push(" AND item.status = 'delisted'")),
            Filter::Increase => self.moved(sql, '>'),
            Filter::Decrease => self.moved(sql, '<'),
        }
        if let Some(Asked { pairs, patterns }) = self.asked {
            sql.push(" AND item.number IN (SELECT number FROM listing_search WHERE pairs @> ")
                .push_bind(pairs.clone())
                .push(" AND words LIKE ALL (")
                .push_bind(patterns.clone())
                .push("))");
        }
        match known {
            None => {}
            Some(true) => drop(sql.push(format!(" AND {} IS NOT NULL", self.expression))),
            Some(false) => drop(sql.push(format!(" AND {} IS NULL", self.expression))),
        }
    }

    /// Only what has a newer point than the moment can have another price than then.
    fn moved(&self, sql: &mut Sql, sign: char) {
        let since = self.query.since;
        sql.push(" AND item.status = 'active' AND item.changed_at > ").push_bind(since);
        sql.push(format!(" AND item.price {sign} (SELECT before.price FROM listing_prices before"));
        sql.push(" WHERE before.number = item.number AND before.at <= ").push_bind(since);
        sql.push(" ORDER BY before.at DESC LIMIT 1)");
    }
}

/// One listing that is watched. Its version also counts looks at any listing: one may have been at this.
///
/// # Errors
/// When the database fails.
pub async fn find_listing(
    executor: impl PgExecutor<'_>,
    number: i64,
    zone: Zone,
) -> Result<Option<Versioned<ListingView>>, sqlx::Error> {
    let sql = format!(
        "SELECT {}, {LOOKED_AT} AS looked_at, item.own_position AS own_position, \
         GREATEST(item.own_position, (SELECT max(position) FROM observation_pages)) AS version \
         FROM listings item LEFT JOIN listing_checks checks USING (number) \
         LEFT JOIN listing_gone gone USING (number) WHERE item.number = $1 AND item.is_active",
        ListingRow::columns("item")
    );
    let found = sqlx::query(&sql).bind(number).fetch_optional(executor).await?;
    found.map(|row| Versioned::read(&row, |row| Ok(Checked::read(row)?.view(zone)))).transpose()
}

/// The number of the listing that is meant: by its goods code, else by its number.
///
/// # Errors
/// When the database fails.
pub async fn resolve(executor: impl PgExecutor<'_>, name: &str) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT number FROM listings WHERE is_active AND (product_id = $1 OR number = $2) \
         ORDER BY product_id IS DISTINCT FROM $1 LIMIT 1",
    )
    .bind(name)
    .bind(name.parse::<i64>().ok())
    .fetch_optional(executor)
    .await
}

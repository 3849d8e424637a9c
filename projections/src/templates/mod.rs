//! The templates of notices, as they were written last. Built-in ones that nobody changed have no row.

mod row;

pub use row::TemplateRow;

use std::sync::LazyLock;

use aggregates::templates::{BUILT_IN, TemplateEvent, built_in};
use aggregates::{Fact, Recorded};
use async_trait::async_trait;
use sqlx::{PgConnection, PgExecutor};

use crate::batch::{Rows, unexpected, wire_names};
use crate::table::Table;
use crate::{ApplyError, Projection};

static FOLLOWS: LazyLock<Vec<&'static str>> = LazyLock::new(|| wire_names(&[TemplateEvent::WIRE]));

/// Keeps the table `templates`.
pub struct Templates;

#[async_trait]
impl Projection for Templates {
    fn name(&self) -> &'static str {
        "templates"
    }

    fn version(&self) -> i32 {
        2
    }

    fn tables(&self) -> &'static [&'static str] {
        &["templates"]
    }

    fn follows(&self) -> &'static [&'static str] {
        &FOLLOWS
    }

    async fn apply(&self, connection: &mut PgConnection, events: &[&Recorded]) -> Result<(), ApplyError> {
        let mut rows = Rows::<String, TemplateRow>::default();
        for event in events {
            let Fact::Template(change) = event.fact() else { return Err(unexpected(event)) };
            // The event says all that there is to say: nothing has to be loaded.
            rows.insert(event.aggregate_id.to_string(), TemplateRow::written(change, event));
        }
        rows.save(connection).await
    }
}

/// The template of this code: as it was written last, or as it is built in.
///
/// # Errors
/// When the database fails.
pub async fn find_template(
    executor: impl PgExecutor<'_>,
    code: &str,
) -> Result<Option<TemplateRow>, sqlx::Error> {
    // Postgres keeps no NUL, so no template has one.
    if code.contains('\0') {
        return Ok(None);
    }
    let sql = format!("SELECT {} FROM templates item WHERE code = $1", TemplateRow::columns("item"));
    let query = sqlx::query(&sql).bind(code).try_map(|row| TemplateRow::read(&row));
    Ok(query.fetch_optional(executor).await?.or_else(|| built_in(code).map(TemplateRow::untouched)))
}

/// All templates by code, built-in ones among them.
///
/// # Errors
/// When the database fails.
pub async fn list_templates(executor: impl PgExecutor<'_>) -> Result<Vec<TemplateRow>, sqlx::Error> {
    let sql = format!("SELECT {} FROM templates item ORDER BY code", TemplateRow::columns("item"));
    let query = sqlx::query(&sql).try_map(|row| TemplateRow::read(&row));
    let mut rows: Vec<TemplateRow> = query.fetch_all(executor).await?;
    for template in &BUILT_IN {
        if rows.iter().all(|row| row.code != template.code) {
            rows.push(TemplateRow::untouched(template));
        }
    }
    rows.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(rows)
}

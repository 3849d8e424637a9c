//! Everything wrong with the rows of an import, for its error sheet.

use aggregates::imports::ImportFault;
use aggregates::{Fault, Refusal};
use sqlx::PgPool;
use uuid::Uuid;

use crate::limits;
use crate::sheets::read::{RowFault, Unreadable};

/// As events tell it.
pub fn shown(fault: &RowFault) -> ImportFault {
    let RowFault { row, column, code, message, value } = fault.clone();
    ImportFault { row: Some(row), column, code, message, value }
}

/// A row that the rules refuse, as events tell it. `code` is what the row is called by.
pub(super) fn of_refusal(row: u32, code: &str, refusal: &Refusal) -> Vec<ImportFault> {
    let fault = |column: &str, word: &str, message: String| ImportFault {
        row: Some(row),
        column: column.to_owned(),
        code: word.to_owned(),
        message,
        value: Some(code.to_owned()),
    };
    match refusal {
        Refusal::NotFound(_) => vec![fault("row", "not_found", format!("{code}: {refusal}"))],
        Refusal::Invalid(faults) => {
            let of = |one: &Fault| fault(column_of(&one.field), &one.code, one.message.clone());
            faults.iter().map(of).collect()
        }
    }
}

/// The column of a sheet that a field of the domain comes from.
fn column_of(field: &str) -> &str {
    if field.starts_with("emails") { "email" } else { field }
}

/// A file that cannot be read, as events tell it.
pub(super) fn of_file(error: &Unreadable) -> Vec<ImportFault> {
    let code = error.code();
    let faults = error.faults().into_iter();
    faults.map(|(column, message)| whole(column, code, message)).collect()
}

/// A fault of the file as a whole.
pub(super) fn whole(column: &str, code: &str, message: impl Into<String>) -> ImportFault {
    ImportFault {
        row: None,
        column: column.to_owned(),
        code: code.to_owned(),
        message: message.into(),
        value: None,
    }
}

/// Writes the faults of an import, or of a stockout batch, down; those that an interrupted attempt wrote are the same.
///
/// # Errors
/// When the database fails.
pub async fn keep(pool: &PgPool, job: Uuid, faults: &[ImportFault]) -> sqlx::Result<()> {
    for some in faults.chunks(limits::IMPORT_FAULTS_AT_ONCE) {
        let column = |pick: fn(&ImportFault) -> &str| some.iter().map(pick).collect::<Vec<_>>();
        sqlx::query(
            "INSERT INTO import_faults (job, row, field, code, message, value) \
             SELECT $1, row, field, code, message, value \
             FROM UNNEST($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[]) \
                  AS new(row, field, code, message, value) \
             ON CONFLICT DO NOTHING",
        )
        .bind(job)
        .bind(some.iter().map(|fault| i64::from(fault.row.unwrap_or(0))).collect::<Vec<_>>())
        .bind(column(|fault| &fault.column))
        .bind(column(|fault| &fault.code))
        .bind(column(|fault| &fault.message))
        .bind(some.iter().map(|fault| fault.value.as_deref()).collect::<Vec<_>>())
        .execute(pool)
        .await?;
    }
    Ok(())
}

/// Everything wrong with an import or a stockout batch, in the order of its rows.
///
/// # Errors
/// When the database fails.
pub async fn all_faults(pool: &PgPool, job: Uuid) -> sqlx::Result<Vec<ImportFault>> {
    let rows: Vec<(i64, String, String, String, Option<String>)> = sqlx::query_as(
        "SELECT row, field, code, message, value FROM import_faults WHERE job = $1 ORDER BY row, field, code LIMIT $2",
    )
    .bind(job)
    .bind(i64::try_from(limits::SHEET_FAULTS).unwrap_or(i64::MAX))
    .fetch_all(pool)
    .await?;
    let fault = |(row, column, code, message, value): (i64, String, String, String, Option<String>)| {
        ImportFault { row: u32::try_from(row).ok().filter(|row| *row > 0), column, code, message, value }
    };
    Ok(rows.into_iter().map(fault).collect())
}

//! Rows in, rows out: what a read table's file needs to declare, and the two statements it gets for it.
//!
//! [`read_table!`] takes the list of columns, each with its type in Postgres and the path of its value
//! in the row struct. Values travel as one array a column, so a batch of any size is one statement.
//! Array columns can't: UNNEST would flatten them.

use aggregates::imports::{ImportState, JobType};
use aggregates::listings::ListingStatus;
use aggregates::stockouts::RowStatus;
use aggregates::users::Role;
use aggregates::values::{Currency, Status, StockStatus};
use aggregates::vendors::EmailKind;
use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::{Decode, PgConnection, Postgres, Row};
use uuid::Uuid;

/// A value that a column can hold.
pub(crate) trait Column: Sized {
    /// How it travels to the database.
    type Sent<'a>
    where
        Self: 'a;
    /// How it comes back.
    type Received: for<'r> Decode<'r, Postgres>;

    /// For an array of the column's values.
    fn sent(&self) -> Self::Sent<'_>;

    /// From what the database kept.
    fn received(value: Self::Received) -> Result<Self, sqlx::Error>;

    /// Reads the column at `index`, whose type is known from the declaration.
    fn read(row: &PgRow, index: usize) -> Result<Self, sqlx::Error> {
        Self::received(row.try_get_unchecked(index)?)
    }
}

impl<T: Column> Column for Option<T> {
    type Sent<'a>
        = Option<T::Sent<'a>>
    where
        T: 'a;
    type Received = Option<T::Received>;

    fn sent(&self) -> Self::Sent<'_> {
        self.as_ref().map(T::sent)
    }

    fn received(value: Self::Received) -> Result<Self, sqlx::Error> {
        value.map(T::received).transpose()
    }
}

impl Column for String {
    type Sent<'a> = &'a str;
    type Received = Self;

    fn sent(&self) -> &str {
        self
    }

    fn received(value: Self) -> Result<Self, sqlx::Error> {
        Ok(value)
    }
}

macro_rules! plain_columns {
    ($($kind:ty),+) => { $(
        impl Column for $kind {
            type Sent<'a> = Self;
            type Received = Self;

            fn sent(&self) -> Self {
                *self
            }

            fn received(value: Self) -> Result<Self, sqlx::Error> {
                Ok(value)
            }
        }
    )+ };
}
plain_columns!(Uuid, i64, bool, Decimal, DateTime<Utc>, NaiveDate);

macro_rules! coded_columns {
    ($($kind:ty),+) => { $(
        impl Column for $kind {
            type Sent<'a> = &'static str;
            type Received = String;

            fn sent(&self) -> &'static str {
                self.code()
            }

            fn received(code: String) -> Result<Self, sqlx::Error> {
                Self::parse(&code)
                    .ok_or_else(|| sqlx::Error::Decode(format!("{code:?} is no code of this build").into()))
            }
        }
    )+ };
}
coded_columns!(Status, Role, StockStatus, ListingStatus);
coded_columns!(EmailKind, RowStatus, JobType, ImportState);

impl Column for Currency {
    type Sent<'a> = &'a str;
    type Received = String;

    fn sent(&self) -> &str {
        self.code()
    }

    fn received(code: String) -> Result<Self, sqlx::Error> {
        Self::parse(&code)
            .ok_or_else(|| sqlx::Error::Decode(format!("{code:?} is no currency of this build").into()))
    }
}

/// A row struct that stands for a table.
pub(crate) trait Table: Default + Send + Sync + Unpin {
    /// The table, without its schema.
    const NAME: &'static str;
    /// The columns of the primary key.
    const KEY: &'static [&'static str];
    /// Every column with its type, in the order of reading and binding.
    const COLUMNS: &'static [(&'static str, &'static str)];

    /// Its two statements, built once.
    fn statements() -> &'static Statements;

    /// A row in which [`Self::COLUMNS`] begin at the index `first`.
    fn read_from(row: &PgRow, first: usize) -> Result<Self, sqlx::Error>;

    /// A row that begins with [`Self::COLUMNS`].
    fn read(row: &PgRow) -> Result<Self, sqlx::Error> {
        Self::read_from(row, 0)
    }

    /// Binds one array a column.
    fn bind<'q>(
        query: Query<'q, Postgres, PgArguments>,
        rows: &[&'q Self],
    ) -> Query<'q, Postgres, PgArguments>;

    /// All columns, read from `alias`.
    fn columns(alias: &str) -> String {
        let columns: Vec<_> = Self::COLUMNS.iter().map(|(name, _)| format!("{alias}.{name}")).collect();
        columns.join(", ")
    }
}

/// The SQL of one table.
pub(crate) struct Statements {
    /// Takes one array a key column.
    pub(crate) load: String,
    save: String,
}

impl Statements {
    /// The statements of `T`.
    pub(crate) fn of<T: Table>() -> Self {
        Self { load: load_sql::<T>(), save: save_sql::<T>() }
    }
}

fn arrays(columns: impl Iterator<Item = &'static str>) -> String {
    let arrays: Vec<_> =
        columns.enumerate().map(|(index, kind)| format!("${}::{kind}[]", index + 1)).collect();
    arrays.join(", ")
}

fn load_sql<T: Table>() -> String {
    let kinds = T::KEY.iter().filter_map(|key| T::COLUMNS.iter().find(|(name, _)| name == key));
    let arrays = arrays(kinds.map(|(_, kind)| *kind));
    let (columns, name, key) = (T::columns("item"), T::NAME, T::KEY.join(", "));
    let is_wanted: Vec<_> = T::KEY.iter().map(|key| format!("kept.{key} = wanted.{key}")).collect();
    // Row by row through the key's index, however small the table was when the plan was made.
    format!(
        "SELECT {columns} FROM UNNEST({arrays}) AS wanted({key}) \
         CROSS JOIN LATERAL (SELECT * FROM {name} kept WHERE {} OFFSET 0) item",
        is_wanted.join(" AND ")
    )
}

fn save_sql<T: Table>() -> String {
    let names: Vec<_> = T::COLUMNS.iter().map(|(name, _)| *name).collect();
    let changes: Vec<_> = names
        .iter()
        .filter(|name| !T::KEY.contains(name))
        .map(|name| format!("{name} = excluded.{name}"))
        .collect();
    format!(
        "INSERT INTO {} ({}) SELECT * FROM UNNEST({}) ON CONFLICT ({}) DO UPDATE SET {}",
        T::NAME,
        names.join(", "),
        arrays(T::COLUMNS.iter().map(|(_, kind)| *kind)),
        T::KEY.join(", "),
        changes.join(", "),
    )
}

/// Writes `rows`, each key at most once, in one statement.
pub(crate) async fn save<T: Table>(connection: &mut PgConnection, rows: &[&T]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    T::bind(sqlx::query(&T::statements().save), rows).execute(connection).await?;
    Ok(())
}

/// Declares how a row struct lies in its table: `column: type = path in the struct`.
macro_rules! read_table {
    ($row:ident in $table:literal by ($($key:ident),+) {
        $($column:ident: $kind:ident = $($path:ident).+),+ $(,)?
    }) => {
        impl $crate::table::Table for $row {
            const NAME: &'static str = $table;
            const KEY: &'static [&'static str] = &[$(stringify!($key)),+];
            const COLUMNS: &'static [(&'static str, &'static str)] =
                &[$((stringify!($column), stringify!($kind))),+];

            fn statements() -> &'static $crate::table::Statements {
                static STATEMENTS: std::sync::LazyLock<$crate::table::Statements> =
                    std::sync::LazyLock::new($crate::table::Statements::of::<$row>);
                &STATEMENTS
            }

            fn read_from(row: &sqlx::postgres::PgRow, first: usize) -> Result<Self, sqlx::Error> {
                let (mut read, mut index) = (Self::default(), first);
                $(
                    read.$($path).+ = $crate::table::Column::read(row, index)?;
                    index += 1;
                )+
                debug_assert_eq!(index, first + Self::COLUMNS.len());
                Ok(read)
            }

            fn bind<'q>(
                query: sqlx::query::Query<'q, sqlx::Postgres, sqlx::postgres::PgArguments>,
                rows: &[&'q Self],
            ) -> sqlx::query::Query<'q, sqlx::Postgres, sqlx::postgres::PgArguments> {
                query$(.bind(
                    rows.iter().map(|row| $crate::table::Column::sent(&row.$($path).+)).collect::<Vec<_>>()
                ))+
            }
        }
    };
}
pub(crate) use read_table;

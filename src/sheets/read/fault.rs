use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Layout;

/// What is wrong with one cell of one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RowFault {
    /// The row's number in the sheet, from 1.
    pub row: u32,
    /// The column's key, such as `qty`.
    pub column: String,
    /// A stable word: `required`, `wrong_type`, `out_of_range`, `too_long` …
    pub code: String,
    /// A sentence for a person, which names the column as the sheet does.
    pub message: String,
    /// What the cell holds; null when it is empty.
    pub value: Option<String>,
}

/// Why a file cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is none of the kinds that are read.
    #[error("the file is no sheet: .xlsx, .xls, .xlsb, .ods and .csv are read")]
    NotASheet,
    /// It is damaged, or a forgery.
    #[error("the file is damaged: {0}")]
    Corrupt(String),
    /// It asks for a password.
    #[error("the file is encrypted: save it without a password")]
    Encrypted,
    /// It holds, or claims to hold, more than is read.
    #[error("the file is too large: {0}")]
    TooLarge(String),
    /// Its text is in no encoding that is read.
    #[error("the text is neither UTF-8 nor UTF-16 nor Big5")]
    Encoding,
    /// It is UTF-8, but for some bytes; the line of the first.
    #[error("the text is UTF-8 but for bytes in line {0}: save it again as UTF-8")]
    BrokenText(usize),
    /// No row has all the columns that are needed.
    #[error("no row holds the required columns {}; found: {}", expected(.layout), listed(.found))]
    MissingColumns {
        /// What the most likely header row holds.
        found: Vec<String>,
        /// The keys that it lacks.
        missing: Vec<&'static str>,
        /// What was looked for.
        layout: &'static Layout,
    },
}

impl Unreadable {
    /// A stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NotASheet => "not_a_sheet",
            Self::Corrupt(_) => "corrupt",
            Self::Encrypted => "encrypted",
            Self::TooLarge(_) => "too_large",
            Self::Encoding | Self::BrokenText(_) => "encoding",
            Self::MissingColumns { .. } => "missing_column",
        }
    }

    /// One fault a missing column, otherwise one for the whole file: (column, sentence).
    pub fn faults(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::MissingColumns { found, missing, layout } => missing
                .iter()
                .map(|key| {
                    let names = layout.column(key).map(|column| column.named()).unwrap_or_default();
                    (*key, format!("the column {names} is missing; found: {}", listed(found)))
                })
                .collect(),
            other => vec![("file", other.to_string())],
        }
    }
}

fn expected(layout: &Layout) -> String {
    let required = layout.columns().iter().filter(|column| column.is_required);
    required.map(super::Column::named).collect::<Vec<_>>().join(", ")
}

fn listed(headers: &[String]) -> String {
    if headers.is_empty() { "nothing".to_owned() } else { headers.join(", ") }
}

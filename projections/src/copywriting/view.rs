//! The JSON that clients see.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::GenerationRow;
use crate::{Amount, Zone};

/// A request to a model as its asker sees it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct GenerationView {
    /// Its number.
    pub id: i64,
    /// Who asked.
    pub user_id: i64,
    /// `copy` or `search`.
    pub kind: String,
    /// What the copy is for, or the question.
    pub product_name: String,
    /// In which manner.
    pub style: Option<String>,
    /// Words that should occur.
    pub keywords: Value,
    /// Which version of the style's template.
    pub template_version: i64,
    /// Who was asked.
    pub provider: String,
    /// Which model.
    pub model: String,
    /// `ok` or `failed`.
    pub status: &'static str,
    /// What it said; null when it failed.
    pub content: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
    /// How long it took, in seconds.
    pub duration: f64,
    /// What the model read.
    pub input_tokens: i64,
    /// What the model wrote.
    pub output_tokens: i64,
    /// In US dollars; null: no price was known.
    pub cost_usd: Option<Amount>,
    /// Whether it is a favourite.
    pub favorite: bool,
    /// When it was asked.
    pub created_at: String,
}

impl GenerationView {
    /// A row as it is shown, times in `zone`.
    pub fn of(row: GenerationRow, zone: Zone) -> Self {
        Self {
            id: row.number,
            user_id: row.user_id,
            kind: row.kind,
            product_name: row.subject,
            style: row.style,
            keywords: serde_json::from_str(&row.keywords).unwrap_or_default(),
            template_version: row.template_version,
            provider: row.provider,
            model: row.model,
            status: if row.failure.is_some() { "failed" } else { "ok" },
            content: row.content,
            error: row.failure,
            duration: row.duration_ms as f64 / 1_000.0,
            input_tokens: row.input_tokens,
            output_tokens: row.output_tokens,
            cost_usd: row.cost.map(Amount),
            favorite: row.is_favorite,
            created_at: zone.minute(row.created_at),
        }
    }
}

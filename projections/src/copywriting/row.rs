//! One request to a model in the table.

use aggregates::Recorded;
use aggregates::copywriting::{CopyRequest, GenerationEvent, Provider, Used};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use crate::table::read_table;

/// A row of `generations`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GenerationRow {
    /// Its number.
    pub number: i64,
    /// Who asked.
    pub user_id: i64,
    /// `copy` or `search`.
    pub kind: String,
    /// The product's name, or the question.
    pub subject: String,
    /// In which manner.
    pub style: Option<String>,
    /// Words that should occur, as a JSON list.
    pub keywords: String,
    /// Which version of the style's template.
    pub template_version: i64,
    /// Who was asked.
    pub provider: String,
    /// Which model.
    pub model: String,
    /// What it said; none when it failed.
    pub content: Option<String>,
    /// Why it failed.
    pub failure: Option<String>,
    /// How long it took, in milliseconds.
    pub duration_ms: i64,
    /// What the model read.
    pub input_tokens: i64,
    /// What the model wrote.
    pub output_tokens: i64,
    /// In US dollars; none: no price was known.
    pub cost: Option<Decimal>,
    /// Whether it is a favourite.
    pub is_favorite: bool,
    /// Not taken out of the history.
    pub is_active: bool,
    /// When it was asked.
    pub created_at: DateTime<Utc>,
    /// When its newest event was recorded.
    pub updated_at: DateTime<Utc>,
    /// The newest event of its stream.
    pub own_position: i64,
}

read_table! { GenerationRow in "generations" by (number) {
    number: bigint = number,
    user_id: bigint = user_id,
    kind: text = kind,
    subject: text = subject,
    style: text = style,
    keywords: text = keywords,
    template_version: bigint = template_version,
    provider: text = provider,
    model: text = model,
    content: text = content,
    failure: text = failure,
    duration_ms: bigint = duration_ms,
    input_tokens: bigint = input_tokens,
    output_tokens: bigint = output_tokens,
    cost: numeric = cost,
    is_favorite: boolean = is_favorite,
    is_active: boolean = is_active,
    created_at: timestamptz = created_at,
    updated_at: timestamptz = updated_at,
    own_position: bigint = own_position,
} }

impl GenerationRow {
    pub(super) fn evolve(&mut self, change: &GenerationEvent, event: &Recorded) {
        match change {
            GenerationEvent::CopyGenerated { number, user_id, asked, template, model, content, used } => {
                self.begin(*number, *user_id, event);
                self.copy(asked, template.version);
                self.answered(model, content, used);
            }
            GenerationEvent::CopyFailed { number, user_id, asked, template, model, reason, duration_ms } => {
                self.begin(*number, *user_id, event);
                self.copy(asked, template.version);
                self.failed(model, reason, *duration_ms);
            }
            GenerationEvent::SearchAnswered { number, user_id, asked, model, findings, used } => {
                self.begin(*number, *user_id, event);
                self.search(&asked.query);
                self.answered(model, &findings.answer, used);
            }
            GenerationEvent::SearchFailed { number, user_id, asked, model, reason, duration_ms } => {
                self.begin(*number, *user_id, event);
                self.search(&asked.query);
                self.failed(model, reason, *duration_ms);
            }
            GenerationEvent::GenerationFavored { favorite } => self.is_favorite = *favorite,
            GenerationEvent::GenerationDeleted {} => self.is_active = false,
        }
        self.updated_at = event.recorded_at;
        self.own_position = event.position;
    }

    fn begin(&mut self, number: i64, user_id: i64, event: &Recorded) {
        *self = Self { number, user_id, is_active: true, created_at: event.recorded_at, ..Self::default() };
    }

    fn copy(&mut self, asked: &CopyRequest, template_version: i64) {
        "copy".clone_into(&mut self.kind);
        self.subject.clone_from(&asked.product_name);
        self.style.clone_from(&asked.style);
        self.keywords = serde_json::Value::from(asked.keywords.clone()).to_string();
        asked.provider.code().clone_into(&mut self.provider);
        self.template_version = template_version;
    }

    fn search(&mut self, query: &str) {
        "search".clone_into(&mut self.kind);
        query.clone_into(&mut self.subject);
        "[]".clone_into(&mut self.keywords);
        Provider::Gemini.code().clone_into(&mut self.provider);
    }

    fn answered(&mut self, model: &str, content: &str, used: &Used) {
        model.clone_into(&mut self.model);
        self.content = Some(content.to_owned());
        self.duration_ms = used.duration_ms;
        (self.input_tokens, self.output_tokens) = (used.input_tokens, used.output_tokens);
        self.cost = used.cost_usd;
    }

    fn failed(&mut self, model: &str, reason: &str, duration_ms: i64) {
        model.clone_into(&mut self.model);
        self.failure = Some(reason.to_owned());
        self.duration_ms = duration_ms;
        // Nothing is paid for what was not answered.
        self.cost = Some(Decimal::ZERO);
    }
}

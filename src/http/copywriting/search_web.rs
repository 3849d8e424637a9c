use aggregates::copywriting::{Findings, GenerationCommand, Outcome, SearchRequest, Used};
use projections::Amount;
use schemars::JsonSchema;
use serde::Serialize;

use super::recording;
use crate::http::{Answer, ApiError, Caller, Field, Form, JsonBody, M, Mode, Writer};
use crate::limits;

/// What is wanted.
pub(super) static FORM: Form = Form::new(&[Field::text("query", limits::TEXT_CHARS).required()]);

/// What was found.
#[derive(Serialize, JsonSchema)]
pub(super) struct Found {
    /// Its number in the history.
    id: i64,
    answer: String,
    sources: Vec<SourceView>,
    /// Which words come from where.
    segments: Vec<SegmentView>,
    /// What was searched for.
    queries: Vec<String>,
    /// Google's suggestions, to be shown unaltered.
    rendered: Option<String>,
    model: String,
    usage: UsageView,
}

/// Where an answer comes from.
#[derive(Serialize, JsonSchema)]
pub(super) struct SourceView {
    uri: String,
    title: Option<String>,
}

/// A part of the answer.
#[derive(Serialize, JsonSchema)]
pub(super) struct SegmentView {
    /// In bytes of UTF-8.
    start: i64,
    end: i64,
    text: String,
    /// Places in `sources`, from 0.
    sources: Vec<i64>,
}

/// What it used.
#[derive(Serialize, JsonSchema)]
pub(super) struct UsageView {
    input_tokens: i64,
    output_tokens: i64,
    total_tokens: i64,
    /// In seconds.
    duration: f64,
    cost_usd: Option<Amount>,
}

/// POST /api/ai/search.
pub(super) async fn handler(
    writer: Writer,
    caller: Caller,
    JsonBody(body): JsonBody,
) -> Result<Answer, ApiError> {
    let values = FORM.read(&body, Mode::Create)?;
    let asked = SearchRequest { query: values.text("query").unwrap_or_default() }.checked()?;
    let place = recording::admit(writer.app(), &caller).await?;
    let user_id = caller.user_id;
    recording::to_its_end(async move {
        let _place = place;
        let outcome = writer.app().copywriter.search(&asked).await;
        let told = outcome.clone();
        let is_success = matches!(told, Outcome::Answered { .. });
        let kept = recording::keep(&writer, is_success, |number| GenerationCommand::RecordSearch {
            number,
            user_id,
            asked,
            outcome,
        });
        let (number, kept) = kept.await?;
        match told {
            Outcome::Failed { reason, .. } => {
                Err(ApiError::failed(format!("gemini: {reason}"), format!("search {number} failed")))
            }
            Outcome::Answered { model, content, used } => {
                Ok(M::ok(Found::of(number, model, content, &used)).position(kept.position))
            }
        }
    })
    .await
}

impl Found {
    fn of(id: i64, model: String, findings: Findings, used: &Used) -> Self {
        let source =
            |source: aggregates::copywriting::Source| SourceView { uri: source.uri, title: source.title };
        let segment = |segment: aggregates::copywriting::Segment| SegmentView {
            start: segment.start,
            end: segment.end,
            text: segment.text,
            sources: segment.sources,
        };
        Self {
            id,
            answer: findings.answer,
            sources: findings.sources.into_iter().map(source).collect(),
            segments: findings.segments.into_iter().map(segment).collect(),
            queries: findings.queries,
            rendered: findings.rendered,
            model,
            usage: UsageView {
                input_tokens: used.input_tokens,
                output_tokens: used.output_tokens,
                total_tokens: used.input_tokens + used.output_tokens,
                duration: used.duration_ms as f64 / 1_000.0,
                cost_usd: used.cost_usd.map(Amount),
            },
        }
    }
}

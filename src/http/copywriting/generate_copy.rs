use aggregates::copywriting::{CopyRequest, GenerationCommand, Outcome, Provider};
use projections::copywriting::find_generation;
use schemars::JsonSchema;
use serde::Serialize;

use super::recording;
use crate::http::form::Kind;
use crate::http::{Answer, ApiError, Bare, Caller, Field, Form, JsonBody, Mode, Writer};
use crate::limits;

/// What is wanted.
pub(super) static FORM: Form = Form::new(&[
    Field::text("product_name", limits::TEXT_CHARS).required(),
    Field::nullable_text("style", limits::TEXT_CHARS)
        .doc("吸睛, 專業, 溫馨, 幽默, 簡潔, 促銷, 故事, 社群, 文青, or words of one's own; 吸睛 unless said"),
    Field::list("keywords", &Kind::Text { max: limits::TEXT_CHARS }, limits::LIST_ITEMS)
        .nullable()
        .doc("at most 20 words that should occur"),
    Field::choice("provider", &["ollama", "gemini"]).nullable().doc("ollama unless said"),
]);

/// What the model wrote.
#[derive(Serialize, JsonSchema)]
pub(super) struct Copy {
    /// Its number in the history.
    id: i64,
    content: String,
    model: String,
    /// In seconds.
    duration: f64,
    input_tokens: i64,
    output_tokens: i64,
}

/// POST /api/ai/generate.
pub(super) async fn handler(
    writer: Writer,
    caller: Caller,
    JsonBody(body): JsonBody,
) -> Result<Answer, ApiError> {
    let values = FORM.read(&body, Mode::Create)?;
    let asked = CopyRequest {
        product_name: values.text("product_name").unwrap_or_default(),
        style: values.text("style"),
        keywords: values.texts("keywords").unwrap_or_default(),
        provider: values.choice("provider").and_then(Provider::parse).unwrap_or_default(),
    };
    let asked = asked.checked()?;
    if let Some(number) = recording::done_before(&writer) {
        return shown(&writer, number).await;
    }
    let place = recording::admit(writer.app(), &caller).await?;
    let user_id = caller.user_id;
    recording::to_its_end(async move {
        let _place = place;
        let (template, outcome) = writer.app().copywriter.write(&asked).await;
        let provider = asked.provider.code();
        let told = outcome.clone();
        let is_success = matches!(told, Outcome::Answered { .. });
        let kept = recording::keep(&writer, is_success, |number| GenerationCommand::RecordCopy {
            number,
            user_id,
            asked,
            template,
            outcome,
        });
        let (number, kept) = kept.await?;
        match told {
            Outcome::Failed { reason, .. } => Err(ApiError::failed(
                format!("{provider}: {reason}"),
                format!("request {number} to a model failed"),
            )),
            Outcome::Answered { .. } => Ok(shown(&writer, number).await?.position(kept.position)),
        }
    })
    .await
}

async fn shown(writer: &Writer, number: i64) -> Result<Answer, ApiError> {
    let found = find_generation(&writer.app().pool, number).await?;
    let row = found.ok_or_else(|| ApiError::not_found("history"))?;
    let copy = Copy {
        id: row.number,
        content: row.content.unwrap_or_default(),
        model: row.model,
        duration: row.duration_ms as f64 / 1_000.0,
        input_tokens: row.input_tokens,
        output_tokens: row.output_tokens,
    };
    Ok(Bare::ok(copy).etag(row.own_position))
}

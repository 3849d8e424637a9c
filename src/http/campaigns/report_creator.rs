use aggregates::campaigns::{CampaignCommand, CreatorPatch, CreatorReport, ResultsPatch};
use aggregates::values::Status;
use axum::extract::Path;

use crate::http::{Answer, ApiError, B, Field, Form, JsonBody, Mode, PathId, Writer};
use crate::limits::TEXT_CHARS;

pub(super) static FORM: Form = Form::new(&[
    Field::nullable_text("name", TEXT_CHARS),
    Field::nullable_text("category", TEXT_CHARS),
    Field::counter("followers"),
    Field::amount("gmv_generated", 2),
    Field::amount("views_generated", 0),
    Field::amount("pricing", 2),
    Field::choice_also("status", super::STATUSES, super::STATUS_WORDS),
    Field::id("product_id").nullable().doc("the product they work for, if only one"),
]);

pub(super) async fn handler(
    PathId(id): PathId,
    Path((_, creator_id)): Path<(String, String)>,
    writer: Writer,
    JsonBody(body): JsonBody,
) -> Result<Answer, ApiError> {
    let values = FORM.read(&body, Mode::Change)?;
    let patch = CreatorPatch {
        name: values.nullable_text("name"),
        category: values.nullable_text("category"),
        followers: values.integer("followers"),
        gmv_generated: values.decimal("gmv_generated"),
        views_generated: values.decimal("views_generated"),
        pricing: values.decimal("pricing"),
        status: values.choice("status").and_then(Status::parse),
        product_id: values.nullable_id("product_id"),
    };
    let creators = vec![CreatorReport { creator_id: creator_id.clone(), patch }];
    let command = CampaignCommand::Report { status: None, results: ResultsPatch::default(), creators };
    let outcome = super::carry_out(&writer, id, command, None).await?;
    let list = projections::campaigns::creator_list(&writer.app().pool, id).await?;
    let creator =
        list.and_then(|list| list.view.creators.into_iter().find(|creator| creator.id == creator_id));
    let creator = creator.ok_or_else(|| ApiError::not_found("creator"))?;
    Ok(B::ok(creator).etag(outcome.position).position(outcome.position))
}

use aggregates::brands::{Brand, BrandCommand};

use crate::http::{Answer, ApiError, JsonBody, Mode, PathId, Writer};

pub(super) async fn handler(
    PathId(id): PathId,
    writer: Writer,
    JsonBody(body): JsonBody,
) -> Result<Answer, ApiError> {
    let values = super::FORM.read(&body, Mode::Change)?;
    super::check_version(&writer, id).await?;
    let command = BrandCommand::Change { patch: super::patch(&values), figures: super::figures(&values) };
    let outcome = writer.execute::<Brand>(id, command).await?;
    super::shown(writer.app(), id, outcome.position).await
}

use aggregates::products::{Product, ProductCommand};

use crate::http::{Answer, ApiError, JsonBody, Mode, PathId, Writer};

pub(super) async fn handler(
    PathId(id): PathId,
    writer: Writer,
    JsonBody(body): JsonBody,
) -> Result<Answer, ApiError> {
    let values = super::FORM.read(&body, Mode::Change)?;
    super::check_version(&writer, id).await?;
    let brand = values.id("brand");
    let command =
        ProductCommand::Change { brand, patch: super::patch(&values), figures: super::figures(&values) };
    let outcome = writer.execute::<Product>(id, command).await;
    let outcome = outcome.map_err(|error| super::explain(error, brand))?;
    super::shown(writer.app(), id, outcome.position).await
}

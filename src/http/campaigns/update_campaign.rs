use aggregates::campaigns::{Campaign, CampaignCommand};

use crate::http::{Answer, ApiError, JsonBody, Mode, PathId, Writer};

pub(super) async fn handler(
    PathId(id): PathId,
    writer: Writer,
    JsonBody(body): JsonBody,
) -> Result<Answer, ApiError> {
    let values = super::FORM.read(&body, Mode::Change)?;
    super::check_live(&writer, id).await?;
    let brand = values.id("brand");
    let command = CampaignCommand::Change {
        brand,
        patch: super::patch(&values),
        status: super::status(&values),
        results: super::results(&values),
        link_product: values.ids("link_product"),
        figures: super::figures(&values),
        strict_status: writer.app().config.strict_status,
    };
    let outcome = writer.execute::<Campaign>(id, command).await;
    let outcome = outcome.map_err(|error| super::explain(error, brand))?;
    super::shown(writer.app(), id, outcome.position).await
}

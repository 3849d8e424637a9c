use aggregates::campaigns::CampaignCommand;

use crate::http::{Answer, ApiError, JsonBody, Mode, PathId, Writer};

pub(super) async fn handler(
    PathId(id): PathId,
    writer: Writer,
    JsonBody(body): JsonBody,
) -> Result<Answer, ApiError> {
    let values = super::FORM.read(&body, Mode::Change)?;
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
    let outcome = super::carry_out(&writer, id, command, brand).await?;
    super::shown(writer.app(), id, outcome.position).await
}

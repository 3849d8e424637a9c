use aggregates::campaigns::{Campaign, CampaignCommand, CampaignDetails, Results};
use uuid::Uuid;

use crate::http::{Answer, ApiError, JsonBody, Mode, Writer, id_of};

pub(super) async fn handler(writer: Writer, JsonBody(body): JsonBody) -> Result<Answer, ApiError> {
    let values = super::FORM.read(&body, Mode::Create)?;
    let id = Uuid::now_v7();
    let brand = values.id("brand").unwrap_or_default();
    let (mut details, mut results) = (CampaignDetails::default(), Results::default());
    details.apply(&super::patch(&values));
    results.apply(&super::results(&values));
    let command = CampaignCommand::Create {
        id,
        brand,
        details,
        status: super::status(&values).unwrap_or_default(),
        results,
        link_product: values.ids("link_product").unwrap_or_default(),
        figures: super::figures(&values),
    };
    let outcome = writer.create::<Campaign>(id, command).await;
    let outcome = outcome.map_err(|error| super::explain(error, Some(brand)))?;
    super::shown(writer.app(), id_of(&outcome)?, outcome.position).await
}

use aggregates::campaigns::{Campaign, CampaignCommand};

use crate::http::{Answer, ApiError, B, JsonBody, Mode, PathId, Writer};

pub(super) async fn handler(
    PathId(id): PathId,
    writer: Writer,
    JsonBody(body): JsonBody,
) -> Result<Answer, ApiError> {
    let values = super::PRODUCT.read(&body, Mode::Create)?;
    let campaign = super::check_live(&writer, id).await?;
    let product_id = values.id("product_id").unwrap_or_default();
    let product = projections::products::find_product(&writer.app().pool, product_id).await?;
    let product = product.ok_or_else(|| ApiError::not_found("product"))?;
    if product.view.brand != campaign.brand {
        let sentence = "product_id: the product belongs to another brand";
        return Err(ApiError::field("product_id", "not_allowed", sentence));
    }
    let outcome = writer.execute::<Campaign>(id, CampaignCommand::RemoveProduct { product_id }).await;
    let outcome = outcome.map_err(|error| super::explain(error, None))?;
    Ok(B::said("产品移除成功").position(outcome.position))
}

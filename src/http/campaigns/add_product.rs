use aggregates::campaigns::{Campaign, CampaignCommand};

use crate::http::{Answer, ApiError, B, JsonBody, Mode, PathId, WriteError, Writer};

pub(super) async fn handler(
    PathId(id): PathId,
    writer: Writer,
    JsonBody(body): JsonBody,
) -> Result<Answer, ApiError> {
    let values = super::PRODUCT.read(&body, Mode::Create)?;
    let campaign = super::check_live(&writer, id).await?;
    let product_id = values.id("product_id").unwrap_or_default();
    // A link that is there already is no event, so the log would not look whether the product still lives.
    let product = projections::products::find_product(&writer.app().pool, product_id).await?;
    let product = product.ok_or_else(|| ApiError::not_found("product"))?;
    if product.view.brand != campaign.brand {
        return Err(other_brand());
    }
    let outcome = writer.execute::<Campaign>(id, CampaignCommand::AddProduct { product_id }).await;
    let outcome = outcome.map_err(|error| match error {
        WriteError::Missing { scope, owner: Some(_), .. } if scope == "product" => other_brand(),
        WriteError::Missing { scope, .. } if scope == "brand" => ApiError::not_found("campaign"),
        other => other.into(),
    })?;
    Ok(B::said("产品添加成功").position(outcome.position))
}

fn other_brand() -> ApiError {
    ApiError::field("product_id", "not_allowed", "product_id: the product belongs to another brand")
}

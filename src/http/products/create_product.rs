use aggregates::products::{Product, ProductCommand, ProductDetails};
use uuid::Uuid;

use crate::http::{Answer, ApiError, JsonBody, Mode, Writer, id_of};

pub(super) async fn handler(writer: Writer, JsonBody(body): JsonBody) -> Result<Answer, ApiError> {
    let values = super::FORM.read(&body, Mode::Create)?;
    let id = Uuid::now_v7();
    let brand = values.id("brand").unwrap_or_default();
    let mut details = ProductDetails::default();
    details.apply(&super::patch(&values));
    let command = ProductCommand::Create { id, brand, details, figures: super::figures(&values) };
    let outcome = writer.create::<Product>(id, command).await;
    let outcome = outcome.map_err(|error| super::explain(error, Some(brand)))?;
    super::shown(writer.app(), id_of(&outcome)?, outcome.position).await
}

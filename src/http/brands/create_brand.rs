use aggregates::brands::{Brand, BrandCommand, BrandDetails};
use uuid::Uuid;

use crate::http::{Answer, ApiError, JsonBody, Mode, Writer};

pub(super) async fn handler(writer: Writer, JsonBody(body): JsonBody) -> Result<Answer, ApiError> {
    let values = super::FORM.read(&body, Mode::Create)?;
    let id = Uuid::now_v7();
    let mut details = BrandDetails::default();
    details.apply(&super::patch(&values));
    let command = BrandCommand::Create { id, details, figures: super::figures(&values) };
    let outcome = writer.create::<Brand>(id, command).await?;
    super::shown(writer.app(), crate::http::id_of(&outcome)?, outcome.position).await
}

use aggregates::alerts::{AlertRule, AlertRuleCommand};
use uuid::Uuid;

use crate::http::{Answer, ApiError, JsonBody, Mode, Writer, id_of};

pub(super) async fn handler(writer: Writer, JsonBody(body): JsonBody) -> Result<Answer, ApiError> {
    let (_, settings) = super::form::read(&super::form::RULE, &body, Mode::Create)?;
    super::scope::check(&writer, &settings, &[]).await?;
    let id = Uuid::now_v7();
    let outcome = writer.create::<AlertRule>(id, AlertRuleCommand::Create { id, settings }).await?;
    super::shown(writer.app(), id_of(&outcome)?, outcome.position).await
}

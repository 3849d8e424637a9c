use aggregates::alerts::{AlertRule, AlertRuleCommand};

use crate::http::{Answer, ApiError, JsonBody, Mode, PathId, Writer};

pub(super) async fn handler(
    PathId(id): PathId,
    writer: Writer,
    JsonBody(body): JsonBody,
) -> Result<Answer, ApiError> {
    let (_, patch) = super::form::read(&super::form::RULE, &body, Mode::Change)?;
    super::check_version(&writer, id).await?;
    if let Some(rule) = projections::alerts::find_rule(&writer.app().pool, id).await? {
        super::scope::check(&writer, &patch, &super::scope::named(&rule.settings.scope)).await?;
    }
    let outcome = writer.execute::<AlertRule>(id, AlertRuleCommand::Change { patch }).await?;
    super::shown(writer.app(), id, outcome.position).await
}

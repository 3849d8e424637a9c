use aggregates::alerts::{AlertRule, AlertRuleCommand};

use crate::http::{Answer, ApiError, M, PathId, Writer};

pub(super) async fn handler(PathId(id): PathId, writer: Writer) -> Result<Answer, ApiError> {
    super::check_version(&writer, id).await?;
    let outcome = writer.execute::<AlertRule>(id, AlertRuleCommand::Delete).await?;
    Ok(M::done().position(outcome.position))
}

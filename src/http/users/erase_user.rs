use aggregates::users::UserCommand;

use super::standing;
use crate::http::{Answer, ApiError, Caller, M, PathNumber, Writer};

/// POST /api/users/{id}/erase: of somebody who is there still, or of one who was removed.
pub(super) async fn handler(
    PathNumber(number): PathNumber,
    writer: Writer,
    caller: Caller,
) -> Result<Answer, ApiError> {
    let accounts = &writer.app().auth.accounts;
    let name = accounts.last_name(number).await?;
    let outcome = standing::execute(&writer, &caller, number, UserCommand::Erase).await?;
    accounts.erase(number, name.as_deref()).await?;
    Ok(M::done().position(outcome.position))
}

use aggregates::users::UserCommand;

use super::standing;
use crate::http::{Answer, ApiError, Caller, M, PathNumber, Writer};

/// POST /api/users/{id}/erase: of somebody who is there still, or of one who was removed.
pub(super) async fn handler(
    PathNumber(number): PathNumber,
    writer: Writer,
    caller: Caller,
) -> Result<Answer, ApiError> {
    let outcome = standing::execute(&writer, &caller, number, UserCommand::Erase).await?;
    writer.app().auth.accounts.erase(number).await?;
    Ok(M::done().position(outcome.position))
}

use aggregates::users::UserCommand;

use super::standing;
use crate::http::{Answer, ApiError, Caller, M, PathNumber, Writer};

/// DELETE /api/users/{id}.
pub(super) async fn handler(
    PathNumber(number): PathNumber,
    writer: Writer,
    caller: Caller,
) -> Result<Answer, ApiError> {
    super::check_version(&writer, number).await?;
    let outcome = standing::execute(&writer, &caller, number, UserCommand::Remove).await?;
    writer.app().auth.accounts.forget(number).await?;
    Ok(M::done().position(outcome.position))
}

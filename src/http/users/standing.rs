//! Taking something from a user: an administrator goes only while another one stays.

use aggregates::users::{Standing, User, UserCommand};

use crate::event_store::Outcome;
use crate::http::{ApiError, Caller, Code, WriteError, Writer};
use crate::limits;

/// Carries out the command that `make` makes, naming an administrator who stays. Whoever was named may go at the
/// same time: then another one is looked for.
pub(super) async fn execute(
    writer: &Writer,
    caller: &Caller,
    number: i64,
    make: impl Fn(Standing) -> UserCommand,
) -> Result<Outcome, ApiError> {
    for _attempt in 0..limits::STANDING_ATTEMPTS {
        let other_admin = writer.app().auth.accounts.other_admin(number).await?;
        let command = make(Standing { asker: Some(caller.user_id), other_admin });
        match writer.execute::<User>(number, command).await {
            Err(WriteError::Missing { scope, .. }) if scope == "admin" => {}
            outcome => return Ok(outcome?),
        }
    }
    Err(ApiError::saying(Code::Conflict, "too many others are changing administrators: try again"))
}

use aggregates::copywriting::{Generation, GenerationCommand};

use crate::http::{Answer, ApiError, Caller, M, PathNumber, Writer};

/// DELETE /api/ai/history/{id}.
pub(super) async fn handler(
    PathNumber(number): PathNumber,
    writer: Writer,
    caller: Caller,
) -> Result<Answer, ApiError> {
    let asker = super::asker(&caller);
    writer.check_version(super::seen(writer.app(), number, asker).await?.own_position)?;
    let outcome = writer.execute::<Generation>(number, GenerationCommand::Delete { asker }).await?;
    Ok(M::done().position(outcome.position))
}

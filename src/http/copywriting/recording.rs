//! What requests to models have in common: a bound on what a user may use, and that whatever comes of one is kept,
//! also when its client does not wait for it.

use aggregates::copywriting::{Generation, GenerationCommand};
use chrono::Utc;
use projections::copywriting::used_by;
use tokio::sync::OwnedSemaphorePermit;

use crate::app::App;
use crate::event_store::{Context, Outcome};
use crate::http::{ApiError, Caller, Writer};
use crate::limits;

/// Lets a request through: there is a place for it, and its user has not used what a day allows.
pub(super) async fn admit(app: &App, caller: &Caller) -> Result<OwnedSemaphorePermit, ApiError> {
    let allowed = i64::from(app.config.models.daily_tokens);
    let (zone, now) = (app.zone(), Utc::now());
    let today = zone.day(now);
    if allowed > 0 && used_by(&app.pool, caller.user_id, zone.start_of(today)).await? >= allowed {
        let wait_s = (zone.end_of(today) - now).num_seconds().clamp(1, limits::DAY_S);
        return Err(ApiError::used_up(
            "the tokens that you may use today are used up: they are there again after midnight",
            u32::try_from(wait_s).unwrap_or(u32::MAX),
        ));
    }
    let place = app.copywriter.place();
    place.ok_or_else(|| ApiError::unavailable("too many requests to models are under way", 5))
}

/// Keeps what came of a request; its number is in the answer. Under an `Idempotency-Key` only a success is, since a
/// failed request may be repeated.
pub(super) async fn keep(
    writer: &Writer,
    is_success: bool,
    command: impl FnOnce(i64) -> GenerationCommand,
) -> Result<(i64, Outcome), ApiError> {
    let number = writer.app().store.next_number("generation").await?;
    let command = command(number);
    let outcome = if is_success {
        writer.create::<Generation>(number, command).await?
    } else {
        let context = Context { idempotency: None, ..writer.context().clone() };
        let store = &writer.app().store;
        let outcome = store.create::<Generation>(&number.to_string(), command, &context).await;
        writer.visible(outcome.map_err(crate::http::WriteError::from)?).await?
    };
    Ok((crate::http::number_of(&outcome)?, outcome))
}

/// The number of what this very request did before, when its answer was lost in a crash.
pub(super) fn done_before(writer: &Writer) -> Option<i64> {
    let done = writer.context().idempotency.as_ref()?.done.as_ref()?;
    done.aggregate_id.parse().ok()
}

/// Runs on, whatever becomes of the one who waits.
pub(super) async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, ApiError>> + Send + 'static,
) -> Result<T, ApiError> {
    tokio::spawn(work).await.map_err(ApiError::internal)?
}

//! Load, decide, append; again when somebody else was first.

use std::sync::Arc;

use aggregates::{Claim, Decider, Refusal};
use cqrs_es::DomainEvent;
use serde_json::value::to_raw_value;

use super::append::{AppendError, Appended, ClaimAction, ClaimChange, NewEvent, Request, StreamAppend};
use super::load::Loaded;
use super::{Context, IfMatch, Outcome, Store};
use crate::limits;

/// Why a command came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExecuteError {
    /// A rule of the domain says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Something that must be unique is somebody else's.
    #[error("{scope} is taken")]
    ClaimTaken {
        /// The claim's scope.
        scope: String,
        /// The claim's key.
        key: String,
    },
    /// Something that the command relies on is not there.
    #[error("{scope} is not there")]
    ClaimMissing {
        /// The claim's scope.
        scope: String,
        /// The claim's key.
        key: String,
        /// Whose it is, if anybody's.
        owner: Option<String>,
    },
    /// The thing changed since the client saw it (contract R9).
    #[error("it was changed since you read it")]
    Stale,
    /// The idempotency key came with another request before (contract R8).
    #[error("this Idempotency-Key was used for another request")]
    KeyReused,
    /// Others were first again and again.
    #[error("too many others are changing this")]
    Conflict,
    /// The database does not answer; whether the command was stored is unknown.
    #[error("{0}")]
    Unavailable(String),
    /// The store failed.
    #[error("{0}")]
    Internal(String),
}

impl Store {
    /// Carries out `command` on the stream `id`.
    ///
    /// # Errors
    /// See [`ExecuteError`].
    pub async fn execute<A: Decider>(
        &self,
        id: &str,
        command: A::Command,
        context: &Context,
    ) -> Result<Outcome, ExecuteError> {
        self.execute_from::<A>(id, command, context, false).await
    }

    /// Carries out the first `command` of a stream that cannot exist yet, because its id is new: nothing is
    /// loaded.
    ///
    /// # Errors
    /// See [`ExecuteError`].
    pub async fn create<A: Decider>(
        &self,
        id: &str,
        command: A::Command,
        context: &Context,
    ) -> Result<Outcome, ExecuteError> {
        self.execute_from::<A>(id, command, context, true).await
    }

    async fn execute_from<A: Decider>(
        &self,
        id: &str,
        command: A::Command,
        context: &Context,
        is_new: bool,
    ) -> Result<Outcome, ExecuteError> {
        if let Some(done) = context.idempotency.as_ref().and_then(|key| key.done.clone()) {
            return Ok(done);
        }
        let id: Arc<str> = id.into();
        let slot = self.caches.slot::<A>(&id);
        let mut turn = slot.lock().await;
        for attempt in 0..limits::EXECUTE_ATTEMPTS {
            let (loaded, is_remembered) = match turn.take() {
                Some(loaded) => (loaded, true),
                None if is_new && attempt == 0 => (Loaded::default(), false),
                None => (self.load::<A>(&id).await?, false),
            };
            let (mut result, mut left) = self.attempt(&id, loaded, command.clone(), context).await;
            // An append is checked by its expected version. Where nothing is appended, nobody has looked yet
            // whether another node has moved the stream on since it was folded here.
            if is_remembered && !matches!(result, Ok(Outcome { appended: 1.., .. })) {
                (result, left) = self.attempt_again(&id, result, left, &command, context).await?;
            }
            *turn = left;
            match result {
                Err(ExecuteError::Conflict) => {
                    metrics::counter!("tidemark_append_conflicts_total").increment(1)
                }
                decided => return decided,
            }
        }
        Err(ExecuteError::Conflict)
    }

    /// Decides once more if the stream has events that the remembered state did not know.
    async fn attempt_again<A: Decider>(
        &self,
        id: &Arc<str>,
        result: Result<Outcome, ExecuteError>,
        left: Option<Loaded<A>>,
        command: &A::Command,
        context: &Context,
    ) -> Result<(Result<Outcome, ExecuteError>, Option<Loaded<A>>), ExecuteError> {
        let Some(mut loaded) = left else { return Ok((result, None)) };
        let known = loaded.sequence;
        self.refresh(id, &mut loaded).await?;
        if loaded.sequence == known {
            return Ok((result, Some(loaded)));
        }
        Ok(self.attempt(id, loaded, command.clone(), context).await)
    }

    /// One try; gives back the state to keep in memory, if it is still known to be right.
    async fn attempt<A: Decider>(
        &self,
        id: &Arc<str>,
        mut loaded: Loaded<A>,
        command: A::Command,
        context: &Context,
    ) -> (Result<Outcome, ExecuteError>, Option<Loaded<A>>) {
        if let Some(IfMatch::SeenUpTo(seen)) = context.if_match
            && loaded.position > seen
        {
            return (Err(ExecuteError::Stale), Some(loaded));
        }
        let events = match loaded.state.decide(command) {
            Ok(events) => events,
            Err(refusal) => return (Err(refusal.into()), Some(loaded)),
        };
        if events.is_empty() {
            let outcome = Outcome { aggregate_id: id.to_string(), position: loaded.position, appended: 0 };
            return (Ok(outcome), Some(loaded));
        }
        let request = match prepare(id, &mut loaded, &events, context) {
            Ok(request) => request,
            Err(error) => return (Err(ExecuteError::Internal(error.to_string())), None),
        };
        match self.append(request).await {
            Ok(Appended { last_position, .. }) => {
                let before = loaded.sequence;
                loaded.sequence += events.len() as i64;
                loaded.position = last_position;
                self.snapshot_when_due(id, before, &loaded);
                let outcome =
                    Outcome { aggregate_id: id.to_string(), position: last_position, appended: events.len() };
                (Ok(outcome), Some(loaded))
            }
            Err(AppendError::Repeated { same: true, aggregate_id, position }) => {
                let aggregate_id = aggregate_id.unwrap_or_else(|| id.to_string());
                (Ok(Outcome { aggregate_id, position, appended: 0 }), None)
            }
            Err(error) => (Err(error.into()), None),
        }
    }
}

/// Evolves the state and turns the events into an append request with the claims that change with it.
fn prepare<A: Decider>(
    id: &Arc<str>,
    loaded: &mut Loaded<A>,
    events: &[A::Event],
    context: &Context,
) -> serde_json::Result<Request> {
    let held = loaded.state.claims();
    let mut tags = loaded.state.tags();
    let mut claims = Vec::new();
    let mut new_events = Vec::with_capacity(events.len());
    for event in events {
        loaded.state.evolve(event);
        claims.extend(
            loaded
                .state
                .requires(event)
                .into_iter()
                .map(|claim| ClaimChange { action: ClaimAction::Require, claim }),
        );
        new_events.push(NewEvent {
            event_type: event.event_type().into(),
            event_version: event.event_version().into(),
            payload: to_raw_value(event)?,
        });
    }
    change_claims(&mut claims, held, loaded.state.claims());
    for tag in loaded.state.tags() {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    Ok(Request {
        streams: vec![StreamAppend {
            kind: A::KIND,
            id: id.clone(),
            expected: loaded.sequence,
            events: new_events,
        }],
        claims,
        key: context.idempotency.clone(),
        metadata: Arc::new(context.metadata(tags)),
    })
}

fn change_claims(changes: &mut Vec<ClaimChange>, before: Vec<Claim>, after: Vec<Claim>) {
    changes.sort_by(|a, b| a.claim.cmp(&b.claim));
    changes.dedup_by(|a, b| a.claim == b.claim);
    let released = before.iter().filter(|claim| !after.contains(claim));
    let taken = after.iter().filter(|claim| !before.contains(claim));
    let change = |action| move |claim: &Claim| ClaimChange { action, claim: claim.clone() };
    changes.extend(released.map(change(ClaimAction::Release)).chain(taken.map(change(ClaimAction::Take))));
}

impl From<AppendError> for ExecuteError {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::Conflict => Self::Conflict,
            AppendError::Taken { scope, key } => Self::ClaimTaken { scope, key },
            AppendError::Missing { scope, key, owner } => Self::ClaimMissing { scope, key, owner },
            AppendError::Repeated { .. } => Self::KeyReused,
            AppendError::Unavailable(message) => Self::Unavailable(message),
            AppendError::Internal(message) => Self::Internal(message),
        }
    }
}

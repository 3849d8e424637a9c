//! Load, decide, append; again when somebody else was first.

use std::sync::Arc;

use aggregates::{Claim, Decider, Refusal, personal_fields};
use cqrs_es::DomainEvent;
use serde_json::value::to_raw_value;

use super::append::{AppendError, Appended, ClaimAction, ClaimChange, NewEvent, News, Request, StreamAppend};
use super::load::Loaded;
use super::repetition::{Begun, CommandKey};
use super::{Context, IdempotencyKey, IfMatch, Outcome, Store};
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
        let key = match self.begin(context).await? {
            Begun::Already(done) => return Ok(done),
            Begun::With(key) => key,
        };
        let outcome =
            self.carry_out::<A>(id, command, context, is_new, key.as_ref().map(CommandKey::key)).await;
        CommandKey::end(key, context, outcome)
    }

    async fn carry_out<A: Decider>(
        &self,
        id: &str,
        command: A::Command,
        context: &Context,
        is_new: bool,
        key: Option<&IdempotencyKey>,
    ) -> Result<Outcome, ExecuteError> {
        let id: Arc<str> = id.into();
        let slot = self.caches.slot::<A>(&id);
        let mut turn = slot.lock().await;
        let mut is_remembered = turn.is_some();
        let mut is_contended = false;
        let mut loaded = match turn.take() {
            Some(remembered) => remembered,
            None if is_new => Loaded::default(),
            None => self.load::<A>(&id).await?,
        };
        for _attempt in 0..limits::EXECUTE_ATTEMPTS {
            let events = match decide(&loaded, command.clone(), context) {
                Ok(events) if !events.is_empty() => events,
                // No append will find out that the state in memory is an old one.
                _ if is_remembered && !self.is_newest(&id, &loaded).await? => {
                    loaded = self.load::<A>(&id).await?;
                    is_remembered = false;
                    continue;
                }
                nothing => {
                    let position = loaded.position;
                    *turn = Some(loaded);
                    return nothing.map(|_| Outcome { aggregate_id: id.to_string(), position, appended: 0 });
                }
            };
            let before = is_contended.then(|| loaded.clone());
            match self.attempt(&id, loaded, &events, context, key).await? {
                Attempt::Over(outcome, left) => {
                    *turn = left;
                    return Ok(outcome);
                }
                Attempt::TooLate(news) => {
                    metrics::counter!("tidemark_append_conflicts_total").increment(1);
                    loaded = match before.and_then(|before| self.fold_news(&id, before, &news)) {
                        Some(newest) => newest,
                        None => self.load::<A>(&id).await?,
                    };
                    (is_remembered, is_contended) = (false, true);
                }
            }
        }
        Err(ExecuteError::Conflict)
    }

    async fn attempt<A: Decider>(
        &self,
        id: &Arc<str>,
        mut loaded: Loaded<A>,
        events: &[A::Event],
        context: &Context,
        key: Option<&IdempotencyKey>,
    ) -> Result<Attempt<A>, ExecuteError> {
        let mut request = prepare(id, &mut loaded, events, context)
            .map_err(|error| ExecuteError::Internal(error.to_string()))?;
        request.key = key.cloned();
        match self.append(request).await {
            Ok(Appended { last_position, .. }) => {
                let before = loaded.sequence;
                loaded.sequence += events.len() as i64;
                loaded.position = last_position;
                self.snapshot_when_due(id, before, &loaded);
                let outcome =
                    Outcome { aggregate_id: id.to_string(), position: last_position, appended: events.len() };
                Ok(Attempt::Over(outcome, Some(loaded)))
            }
            Err(AppendError::Repeated { same: true, aggregate_id, position }) => {
                let aggregate_id = aggregate_id.unwrap_or_else(|| id.to_string());
                Ok(Attempt::Over(Outcome { aggregate_id, position, appended: 0 }, None))
            }
            Err(AppendError::Conflict { news }) => Ok(Attempt::TooLate(news)),
            Err(error) => Err(error.into()),
        }
    }

    /// Takes in what the log answered beside a conflict, which saves the loser the way that the winner need not
    /// go either: otherwise the same node would win again and again.
    fn fold_news<A: Decider>(&self, id: &str, mut loaded: Loaded<A>, news: &[News]) -> Option<Loaded<A>> {
        // What is sealed is opened where it is read.
        if !personal_fields(A::KIND).is_empty() {
            return None;
        }
        for event in news {
            if event.sequence != loaded.sequence + 1 {
                return None;
            }
            let (name, version) = (&event.event_type, &event.event_version);
            let lifted = self.upcasters.lift(A::KIND, id, name, version, &event.payload).ok()?;
            let payload = lifted.map_or_else(|| event.payload.clone(), |lifted| lifted.payload.to_string());
            loaded.state.evolve(&serde_json::from_str(&payload).ok()?);
            (loaded.sequence, loaded.position) = (event.sequence, event.position);
        }
        (!news.is_empty()).then_some(loaded)
    }
}

/// What became of an append.
enum Attempt<A> {
    /// Its outcome, and the state to keep in memory if it is known to be right.
    Over(Outcome, Option<Loaded<A>>),
    /// Others were first; their events, if there are few.
    TooLate(Arc<[News]>),
}

pub(super) fn decide<A: Decider>(
    loaded: &Loaded<A>,
    command: A::Command,
    context: &Context,
) -> Result<Vec<A::Event>, ExecuteError> {
    match context.if_match {
        Some(IfMatch::SeenUpTo(seen)) if loaded.position > seen => Err(ExecuteError::Stale),
        _ => Ok(loaded.state.decide(command)?),
    }
}

/// Evolves the state and turns the events into an append request with the claims that change with it.
pub(super) fn prepare<A: Decider>(
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
        key: None,
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
            AppendError::Conflict { .. } => Self::Conflict,
            AppendError::Taken { scope, key } => Self::ClaimTaken { scope, key },
            AppendError::Missing { scope, key, owner } => Self::ClaimMissing { scope, key, owner },
            AppendError::Repeated { .. } => Self::KeyReused,
            AppendError::Unavailable(message) => Self::Unavailable(message),
            AppendError::Internal(message) => Self::Internal(message),
        }
    }
}

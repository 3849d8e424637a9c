//! Several commands on several streams, stored together or not at all.

use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

use aggregates::{Claim, Decider};
use async_trait::async_trait;
use futures::{StreamExt, TryStreamExt, stream};
use tokio::sync::OwnedMutexGuard;

use super::append::{AppendError, ClaimAction, ClaimChange, Request, StreamAppend};
use super::execute::{ExecuteError, decide, prepare};
use super::load::Loaded;
use super::repetition::{Begun, CommandKey};
use super::{Context, IdempotencyKey, Outcome, Store};
use crate::limits;

/// Commands that belong together, in the order in which their events are to stand in the log.
///
/// Commands on the same stream follow each other on its state. Streams that are not in memory are loaded one by
/// one: for tens of thousands of them build a [`Request`] instead.
#[derive(Default)]
pub struct Act {
    steps: Vec<Box<dyn Step>>,
}

impl Act {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a command on the stream `id`.
    pub fn execute<A: Decider>(&mut self, id: impl Into<Arc<str>>, command: A::Command) {
        self.add::<A>(id.into(), command, false);
    }

    /// Adds the first command of a stream that cannot exist yet, because its id is new: nothing is loaded.
    pub fn create<A: Decider>(&mut self, id: impl Into<Arc<str>>, command: A::Command) {
        self.add::<A>(id.into(), command, true);
    }

    /// How many streams it touches.
    pub fn streams(&self) -> usize {
        self.steps.len()
    }

    fn add<A: Decider>(&mut self, id: Arc<str>, command: A::Command, is_new: bool) {
        let known = self.steps.iter_mut().find(|step| step.is_on(A::KIND, &id));
        match known.and_then(|step| step.as_any().downcast_mut::<StepOn<A>>()) {
            Some(step) => step.commands.push(command),
            None => self.steps.push(Box::new(StepOn::<A> {
                id,
                commands: vec![command],
                is_new,
                turn: None,
                next: None,
            })),
        }
    }
}

impl Store {
    /// Carries out all commands of `act` in one atomic append, deciding again when others were first. An
    /// `If-Match` of the context is about the first stream.
    ///
    /// # Errors
    /// See [`ExecuteError`]; a refusal of one command is the refusal of all.
    pub async fn execute_all(&self, act: Act, context: &Context) -> Result<Outcome, ExecuteError> {
        let key = match self.begin(context).await? {
            Begun::Already(done) => return Ok(done),
            Begun::With(key) => key,
        };
        let outcome = self.carry_out_all(act, context, key.as_ref().map(CommandKey::key)).await;
        CommandKey::end(key, context, outcome)
    }

    async fn carry_out_all(
        &self,
        mut act: Act,
        context: &Context,
        key: Option<&IdempotencyKey>,
    ) -> Result<Outcome, ExecuteError> {
        let Some(first) = act.steps.first().map(|step| step.id()) else {
            return Ok(Outcome { aggregate_id: String::new(), position: 0, appended: 0 });
        };
        // Everybody takes turns in the same order, so that no two acts wait for each other.
        let mut order: Vec<usize> = (0..act.steps.len()).collect();
        order.sort_by_key(|index| act.steps[*index].name());
        for index in order {
            act.steps[index].take_turn(self).await;
        }
        let others = Context { if_match: None, ..context.clone() };
        for attempt in 0..limits::EXECUTE_ATTEMPTS {
            self.load_all(&mut act.steps, attempt > 0).await?;
            let mut request =
                Request { streams: Vec::new(), claims: Vec::new(), key: None, metadata: Arc::default() };
            let mut tags = Vec::new();
            for (index, step) in act.steps.iter_mut().enumerate() {
                let context = if index == 0 { context } else { &others };
                let Some(prepared) = step.prepare(self, context).await? else { continue };
                request.streams.push(prepared.stream);
                request.claims.extend(prepared.claims);
                for tag in prepared.tags {
                    if !tags.contains(&tag) {
                        tags.push(tag);
                    }
                }
            }
            if request.streams.is_empty() {
                let position = act.steps.iter().map(|step| step.position()).max().unwrap_or(0);
                return Ok(Outcome { aggregate_id: first.to_string(), position, appended: 0 });
            }
            let changes = &mut request.claims;
            changes.sort_by(|a, b| (&a.claim, a.action as u8).cmp(&(&b.claim, b.action as u8)));
            changes.dedup_by(|a, b| a.action == b.action && a.claim == b.claim);
            if let Some(claim) = claimed_twice(changes) {
                return Err(ExecuteError::ClaimTaken {
                    scope: claim.scope.to_owned(),
                    key: claim.key.clone(),
                });
            }
            request.key = key.cloned();
            request.metadata = Arc::new(context.metadata(tags));
            let appended = request.events();
            match self.append(request).await {
                Ok(stored) => {
                    let mut position = stored.first_position - 1;
                    for step in &mut act.steps {
                        position = step.remember(self, position);
                    }
                    let position = stored.last_position;
                    return Ok(Outcome { aggregate_id: first.to_string(), position, appended });
                }
                Err(AppendError::Conflict { .. }) => {
                    metrics::counter!("tidemark_append_conflicts_total").increment(1);
                }
                Err(AppendError::Repeated { same: true, aggregate_id, position }) => {
                    let aggregate_id = aggregate_id.unwrap_or_else(|| first.to_string());
                    return Ok(Outcome { aggregate_id, position, appended: 0 });
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(ExecuteError::Conflict)
    }

    async fn load_all(&self, steps: &mut [Box<dyn Step>], anew: bool) -> Result<(), AppendError> {
        let mut loads = Vec::with_capacity(steps.len());
        for step in steps {
            loads.push(step.load(self, anew));
        }
        stream::iter(loads).buffer_unordered(limits::ACT_LOADS_AT_ONCE).try_collect::<Vec<()>>().await?;
        Ok(())
    }
}

/// A claim that two streams of one request want.
fn claimed_twice(changes: &[ClaimChange]) -> Option<&Claim> {
    let mut owners = HashMap::new();
    let mut taken =
        changes.iter().filter(|change| change.action == ClaimAction::Take).map(|change| &change.claim);
    taken.find(|claim| *owners.entry((claim.scope, &claim.key)).or_insert(&claim.owner) != &claim.owner)
}

/// What one stream adds to the append.
struct Prepared {
    stream: StreamAppend,
    claims: Vec<ClaimChange>,
    tags: Vec<String>,
}

#[async_trait]
trait Step: Send + Sync {
    fn is_on(&self, kind: &str, id: &str) -> bool;
    fn as_any(&mut self) -> &mut dyn Any;
    fn id(&self) -> Arc<str>;
    fn name(&self) -> (&'static str, Arc<str>);
    /// The newest position of the stream as it is known.
    fn position(&self) -> i64;
    async fn take_turn(&mut self, store: &Store);
    /// Makes the state known, `anew` if somebody else was first.
    async fn load(&mut self, store: &Store, anew: bool) -> Result<(), AppendError>;
    /// Decides; none: it is already so.
    async fn prepare(&mut self, store: &Store, context: &Context) -> Result<Option<Prepared>, ExecuteError>;
    /// Keeps the new state in memory; its events follow `position`. Answers the position of the last.
    fn remember(&mut self, store: &Store, position: i64) -> i64;
}

struct StepOn<A: Decider> {
    id: Arc<str>,
    commands: Vec<A::Command>,
    is_new: bool,
    turn: Option<OwnedMutexGuard<Option<Loaded<A>>>>,
    /// The state after the decision, and how many events lead to it.
    next: Option<(Loaded<A>, usize)>,
}

impl<A: Decider> StepOn<A> {
    fn known(&self) -> Loaded<A> {
        self.turn.as_ref().and_then(|turn| (**turn).clone()).unwrap_or_default()
    }

    /// All commands one after the other, each on what the ones before it left.
    fn decide_all(&self, loaded: &Loaded<A>, context: &Context) -> Result<Vec<A::Event>, ExecuteError> {
        let mut ahead = loaded.clone();
        let mut events = Vec::new();
        for command in &self.commands {
            for event in decide(&ahead, command.clone(), context)? {
                ahead.state.evolve(&event);
                events.push(event);
            }
        }
        Ok(events)
    }
}

#[async_trait]
impl<A: Decider> Step for StepOn<A> {
    fn is_on(&self, kind: &str, id: &str) -> bool {
        A::KIND == kind && &*self.id == id
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }

    fn id(&self) -> Arc<str> {
        self.id.clone()
    }

    fn name(&self) -> (&'static str, Arc<str>) {
        (A::KIND, self.id.clone())
    }

    fn position(&self) -> i64 {
        self.turn.as_ref().and_then(|turn| turn.as_ref()).map_or(0, |loaded| loaded.position)
    }

    async fn take_turn(&mut self, store: &Store) {
        self.turn = Some(store.caches.slot::<A>(&self.id).lock_owned().await);
    }

    async fn load(&mut self, store: &Store, anew: bool) -> Result<(), AppendError> {
        let is_known = self.turn.as_ref().is_some_and(|turn| turn.is_some());
        if let Some(turn) = &mut self.turn
            && (anew || !is_known)
            && (anew || !self.is_new)
        {
            **turn = None;
            **turn = Some(store.load::<A>(&self.id).await?);
        }
        Ok(())
    }

    async fn prepare(&mut self, store: &Store, context: &Context) -> Result<Option<Prepared>, ExecuteError> {
        self.next = None;
        let mut loaded = self.known();
        let mut decided = self.decide_all(&loaded, context);
        let says_nothing = !matches!(&decided, Ok(events) if !events.is_empty());
        // No append will find out that the state in memory is an old one.
        if says_nothing && !store.is_newest(&self.id, &loaded).await? {
            self.load(store, true).await?;
            loaded = self.known();
            decided = self.decide_all(&loaded, context);
        }
        let events = decided?;
        if events.is_empty() {
            return Ok(None);
        }
        let mut request = prepare(&self.id, &mut loaded, &events, context)
            .map_err(|error| ExecuteError::Internal(error.to_string()))?;
        let tags = request.metadata.tags.clone();
        self.next = Some((loaded, events.len()));
        let stream = request.streams.pop();
        Ok(stream.map(|stream| Prepared { stream, claims: request.claims, tags }))
    }

    fn remember(&mut self, store: &Store, position: i64) -> i64 {
        let Some((mut loaded, events)) = self.next.take() else { return position };
        let before = loaded.sequence;
        loaded.sequence += events as i64;
        loaded.position = position + events as i64;
        store.snapshot_when_due(&self.id, before, &loaded);
        let last = loaded.position;
        if let Some(turn) = &mut self.turn {
            **turn = Some(loaded);
        }
        last
    }
}

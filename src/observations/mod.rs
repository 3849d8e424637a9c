//! Observations of listings, taken in by the thousand.
//!
//! How each listing stands is kept in memory (`board`), so that judging an observation asks the database nothing.
//! A body becomes one append: the events of the listings that changed, and one page in the book of observations
//! that says who was looked at when. That page is written at the sequence that this node has read up to, so a body
//! is judged only by who knows all bodies before it, in the whole cluster; whoever comes too late reads on and
//! judges again. The HTTP route, the crawler and imports all come this way.

mod board;
mod late;
mod plan;
mod request;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use aggregates::Decider;
use aggregates::listings::{Listing, ListingDetails, Observation};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use sqlx::PgPool;
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::event_store::{AppendError, Context, ExecuteError, Store};
use crate::limits;
use crate::projector::Projector;
use board::Board;
use plan::{Needs, Plan};

/// How a sender calls a listing.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Named {
    /// By its number; a goods code of these digits is meant where there is no such listing.
    Number(i64),
    /// By its goods code; a number is meant where there is no such code.
    Text(String),
}

/// What came of a look at a listing.
#[derive(Clone, Debug, PartialEq)]
pub enum Look {
    /// It is for sale, or was seen not to be.
    Seen(Observation),
    /// A clean answer that there is no such page, from a shop that otherwise answers.
    Gone {
        /// When.
        at: DateTime<Utc>,
        /// What shows it.
        evidence: Option<Value>,
    },
    /// Nobody can tell.
    Failed {
        /// When.
        at: DateTime<Utc>,
    },
}

/// A look at one listing.
#[derive(Clone, Debug, PartialEq)]
pub struct Sighting {
    /// Its place in what was sent, for the report.
    pub index: usize,
    /// Which listing.
    pub listing: Named,
    /// What came of it.
    pub look: Look,
    /// What to say of it, should it have to be registered first.
    pub about: Option<Box<ListingDetails>>,
}

/// What holds for a whole body.
#[derive(Clone, Debug)]
pub struct Intake {
    /// The crawl run or import that it belongs to.
    pub run: Option<Uuid>,
    /// Who saw all this: `api`, `crawler`, `import`.
    pub source: String,
    /// Whether goods codes that nobody knows are registered.
    pub creates: bool,
    /// The present time.
    pub now: DateTime<Utc>,
}

/// An observation that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Rejected {
    /// Its place in what was sent, from 0.
    pub index: usize,
    /// A stable word.
    pub code: String,
    /// What is wrong with it.
    pub message: String,
}

/// What became of a body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Observations that changed a price or a stock state.
    pub changed: usize,
    /// Observations that confirmed what is known.
    pub confirmed: usize,
    /// Answers that a page is gone.
    pub gone: usize,
    /// Looks of which nobody can tell.
    pub failed: usize,
    /// What was not taken, in the order sent.
    pub rejected: Vec<Rejected>,
    /// The listings that changed.
    pub changed_listings: BTreeSet<i64>,
    /// The listings that were delisted.
    pub delisted_listings: BTreeSet<i64>,
    /// The listings that were registered.
    pub created_listings: BTreeSet<i64>,
    /// The position of the last event; 0: nothing was stored.
    pub position: i64,
}

/// One node's intake of observations. Cheap to clone.
#[derive(Clone)]
pub struct Observations(Arc<Inner>);

struct Inner {
    store: Store,
    pool: PgPool,
    projector: Projector,
    /// Bodies of one node take turns.
    board: Mutex<Board>,
}

impl Observations {
    /// An intake that knows nothing yet; it learns of listings as they are named.
    pub fn new(store: Store, pool: PgPool, projector: Projector) -> Self {
        Self(Arc::new(Inner { store, pool, projector, board: Mutex::default() }))
    }

    /// Takes a body in, all of what is right in it at once.
    ///
    /// # Errors
    /// When the log cannot be written; nothing is stored then.
    pub async fn take(
        &self,
        sightings: &[Sighting],
        intake: &Intake,
        context: &Context,
    ) -> Result<Report, ExecuteError> {
        let Inner { store, board, .. } = &*self.0;
        let mut board = board.lock().await;
        let mut numbers = BTreeMap::new();
        for attempt in 0..limits::EXECUTE_ATTEMPTS {
            let plan = self.plan(&mut board, sightings, intake, &mut numbers).await?;
            let is_done = context.idempotency.as_ref().is_some_and(|key| key.done.is_some());
            let Some(request) = request::of(&plan, &board, intake, context)?.filter(|_| !is_done) else {
                return Ok(plan.report());
            };
            match store.append(request).await {
                Ok(appended) => {
                    let mut report = plan.report();
                    report.position = appended.last_position;
                    return Ok(report);
                }
                Err(AppendError::Conflict { .. } | AppendError::Taken { .. }) => {
                    metrics::counter!("tidemark_append_conflicts_total").increment(1);
                    let touched: Vec<i64> = plan.touched().collect();
                    self.read_on(&mut board, &touched, attempt).await?;
                }
                Err(AppendError::Repeated { same: true, position, .. }) => {
                    return Ok(Report { position, ..plan.report() });
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(ExecuteError::Conflict)
    }

    /// Judges a body by all that this node can know.
    async fn plan(
        &self,
        board: &mut Board,
        sightings: &[Sighting],
        intake: &Intake,
        numbers: &mut BTreeMap<String, i64>,
    ) -> Result<Plan, ExecuteError> {
        let Inner { store, pool, projector, .. } = &*self.0;
        board.catch_up(store).await?;
        board.learn(sightings, store, pool, projector).await?;
        if intake.creates {
            let unknown: BTreeSet<String> =
                sightings.iter().filter_map(|sighting| board.unknown_code(&sighting.listing)).collect();
            let fresh: Vec<String> = unknown.into_iter().filter(|code| !numbers.contains_key(code)).collect();
            let taken = store.next_numbers(Listing::KIND, fresh.len()).await?;
            numbers.extend(fresh.into_iter().zip(taken));
        }
        let (mut streams, mut pages) = (HashMap::new(), late::Pages::default());
        loop {
            match Plan::of(board, sightings, intake, numbers, &streams, &pages) {
                Ok(plan) => return Ok(plan),
                Err(Needs { timelines, looks }) => {
                    for number in timelines {
                        let loaded = store.load::<Listing>(&number.to_string()).await?;
                        streams.insert(number, loaded.state);
                    }
                    if let Some((from, to)) = looks {
                        pages = late::Pages::read(pool, from, to).await.map_err(outage)?;
                    }
                }
            }
        }
    }

    /// Somebody else was first: reads what they wrote. When that was not enough, the tables told something old of a
    /// listing, and the log itself is asked.
    async fn read_on(&self, board: &mut Board, touched: &[i64], attempt: u32) -> Result<(), ExecuteError> {
        let Inner { store, .. } = &*self.0;
        let head = store.confirmed_head().await?;
        let reached = tokio::time::timeout(limits::VISIBLE_WITHIN, store.feed().reach(head)).await;
        reached.map_err(|_| ExecuteError::Unavailable("the log cannot be followed".to_owned()))?;
        board.forget_book();
        if attempt > 0 {
            board.reload(store, touched).await?;
        }
        Ok(())
    }
}

fn outage(error: sqlx::Error) -> ExecuteError {
    crate::event_store::append::describe(&error).into()
}

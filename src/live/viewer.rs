//! The opt-in protocol `v=2`: a snapshot or a resumed history, then deltas as they come. Sockets and SSE show
//! the same frames from here; live frames, resume and replay of a past hour are one path over the events.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use aggregates::campaigns::Campaign;
use aggregates::{Decider, Recorded};
use axum::extract::ws::Utf8Bytes;
use chrono::{DateTime, Utc};
use projections::campaigns::CreatorListView;
use serde_json::Value;
use tokio::time::Instant;
use uuid::Uuid;

use super::delta;
use super::hub::Subscription;
use crate::event_store::{AppendError, Loaded, Store, StreamFilter};
use crate::limits;

/// Where a viewer begins.
#[derive(Clone, Debug, PartialEq)]
pub enum Start {
    /// With everything as it is now. `is_reset`: the client asked to resume something else.
    Now {
        /// Said in the snapshot.
        is_reset: bool,
    },
    /// With what came after this position.
    Since(i64),
    /// As it was at this moment, then as it went on, this many times faster.
    At(DateTime<Utc>, f64),
}

impl Start {
    /// Reads `since`, `at` and `speed`; a position of another history, or none at all, starts anew.
    pub fn read(
        since: Option<&str>,
        at: Option<DateTime<Utc>>,
        speed: Option<&str>,
        epoch: &str,
        head: i64,
    ) -> Self {
        if let Some(at) = at {
            let speed = speed
                .and_then(|text| text.parse().ok())
                .filter(|speed: &f64| speed.is_finite() && *speed > 0.0);
            return Self::At(at, speed.unwrap_or(1.0));
        }
        let Some(since) = since else { return Self::Now { is_reset: false } };
        let position = match since.rsplit_once('.') {
            Some((of, position)) if of == epoch => position,
            Some(_) => return Self::Now { is_reset: true },
            None => since,
        };
        match position.parse() {
            Ok(position) if (0..=head).contains(&position) => Self::Since(position),
            _ => Self::Now { is_reset: true },
        }
    }
}

/// One frame and the position that a client has with it.
#[derive(Clone, Debug)]
pub struct Framed {
    /// The JSON.
    pub text: Utf8Bytes,
    /// Its `seq`.
    pub seq: i64,
}

/// What comes next for a viewer.
#[derive(Debug)]
pub enum Next {
    /// A frame.
    Frame(Framed),
    /// The campaign is gone.
    Gone,
}

/// One client's place in a campaign's history.
pub struct Viewer {
    store: Store,
    shown: Subscription,
    product: Option<Uuid>,
    id: Uuid,
    epoch: Arc<str>,
    /// What the client has.
    seq: i64,
    view: Arc<Value>,
    mode: Mode,
}

enum Mode {
    Begin { is_reset: bool },
    History(Box<History>),
    Live,
}

/// The way from a past position to the present.
struct History {
    loaded: Loaded<Campaign>,
    page: VecDeque<Recorded>,
    first: Option<Framed>,
    /// How much faster than it happened, and the moment that was shown last; none: as fast as it can be read.
    pace: Option<(f64, DateTime<Utc>, Instant)>,
}

impl Viewer {
    /// A viewer of a campaign that begins at `start`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn new(
        store: Store,
        shown: Subscription,
        id: Uuid,
        product: Option<Uuid>,
        start: Start,
    ) -> Result<Self, AppendError> {
        let epoch = store.feed().epoch().into();
        let mode = Mode::Live;
        let mut viewer = Self { store, shown, product, id, epoch, seq: 0, view: Arc::default(), mode };
        viewer.mode = match start {
            Start::Now { is_reset } => Mode::Begin { is_reset },
            Start::Since(position) => viewer.history(position, None).await?,
            Start::At(moment, speed) => {
                let position = viewer.store.position_at(moment).await.map_err(|error| error_of(&error))?;
                viewer.history(position, Some((speed, moment, Instant::now()))).await?
            }
        };
        Ok(viewer)
    }

    async fn history(
        &mut self,
        position: i64,
        mut pace: Option<(f64, DateTime<Utc>, Instant)>,
    ) -> Result<Mode, AppendError> {
        let mut loaded = self.store.load_until::<Campaign>(&self.id.to_string(), position).await?;
        // Whoever looks back to before its beginning need not wait through the time without it.
        if let Some((_, moment, _)) = &mut pace
            && loaded.sequence == 0
        {
            let filter = StreamFilter { limit: 1, ..StreamFilter::default() };
            let begin = self.store.stream_page(Campaign::KIND, &self.id.to_string(), &filter).await;
            if let Some(event) = begin.map_err(|error| error_of(&error))?.first() {
                loaded.take(event)?;
                *moment = event.recorded_at;
            }
        }
        let mut first = None;
        self.seq = position;
        if loaded.sequence > 0 {
            self.view = Arc::new(view_of(&loaded.state, self.product));
            // Whoever resumes has this already; whoever looks back at a moment has not.
            if pace.is_some() {
                self.seq = loaded.position;
                let text = delta::snapshot(&self.view, &self.epoch, self.seq, false).into();
                first = Some(Framed { text, seq: self.seq });
            }
        }
        Ok(Mode::History(Box::new(History { loaded, page: VecDeque::new(), first, pace })))
    }

    /// The position that the client has.
    pub fn seq(&self) -> i64 {
        self.seq
    }

    /// The next frame; waits until there is one. May be dropped while it waits: nothing is lost.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn next(&mut self) -> Result<Next, AppendError> {
        if let Some(next) = self.past().await? {
            return Ok(next);
        }
        loop {
            if self.shown.changed().await.is_err() {
                return Ok(Next::Gone);
            }
            if let Some(next) = self.now() {
                return Ok(next);
            }
        }
    }

    /// The next frame of those that lead to the present; none: the client has been told all of them. May be dropped
    /// while it waits.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn past(&mut self) -> Result<Option<Next>, AppendError> {
        match &self.mode {
            Mode::Begin { is_reset } => {
                let is_reset = *is_reset;
                Ok(Some(self.begin(is_reset)))
            }
            Mode::History(_) => {
                if let Some(framed) = self.next_past().await? {
                    return Ok(Some(Next::Frame(framed)));
                }
                self.mode = Mode::Live;
                self.shown.mark_changed();
                Ok(None)
            }
            Mode::Live => Ok(None),
        }
    }

    fn begin(&mut self, is_reset: bool) -> Next {
        self.mode = Mode::Live;
        let shown = self.shown.borrow_and_update().clone();
        if shown.is_gone {
            return Next::Gone;
        }
        (self.seq, self.view) = (shown.position, shown.view(self.product));
        let text = delta::snapshot(&self.view, &self.epoch, self.seq, is_reset).into();
        Next::Frame(Framed { text, seq: self.seq })
    }

    /// What is new of the campaign as it is now.
    fn now(&mut self) -> Option<Next> {
        let shown = self.shown.borrow_and_update().clone();
        if shown.is_gone {
            return Some(Next::Gone);
        }
        if shown.position <= self.seq {
            return None;
        }
        let text = shown.delta(self.product, self.seq, &self.view);
        (self.seq, self.view) = (shown.position, shown.view(self.product));
        Some(Next::Frame(Framed { text, seq: self.seq }))
    }

    /// The next frame of the past; none once the present is reached.
    async fn next_past(&mut self) -> Result<Option<Framed>, AppendError> {
        let present = self.shown.borrow().position;
        let Mode::History(history) = &mut self.mode else { return Ok(None) };
        if let Some(first) = history.first.take() {
            return Ok(Some(first));
        }
        if history.page.is_empty() {
            if history.loaded.position >= present {
                return Ok(None);
            }
            let filter = StreamFilter {
                after: history.loaded.position,
                limit: limits::EVENTS_PAGE_MAX,
                ..StreamFilter::default()
            };
            let page = self.store.stream_page(Campaign::KIND, &self.id.to_string(), &filter).await;
            history.page = page.map_err(|error| error_of(&error))?.into();
        }
        let Some(event) = history.page.front().filter(|event| event.position <= present) else {
            return Ok(None);
        };
        if let Some((speed, shown_at, since)) = history.pace {
            let wait_s = (event.recorded_at - shown_at).as_seconds_f64() / speed;
            let wait =
                Duration::try_from_secs_f64(wait_s.clamp(0.0, limits::REPLAY_WAIT_MAX_S)).unwrap_or_default();
            tokio::time::sleep_until(since + wait).await;
            history.pace = Some((speed, event.recorded_at, Instant::now()));
        }
        let Some(event) = history.page.pop_front() else { return Ok(None) };
        history.loaded.take(&event)?;
        let view = Arc::new(view_of(&history.loaded.state, self.product));
        let text = delta::delta(&self.view, &view, self.seq, event.position).into();
        (self.seq, self.view) = (event.position, view);
        Ok(Some(Framed { text, seq: self.seq }))
    }
}

/// A campaign as the frames show it.
pub(super) fn view_of(campaign: &Campaign, product: Option<Uuid>) -> Value {
    serde_json::to_value(CreatorListView::of(campaign, product)).unwrap_or_default()
}

fn error_of(error: &sqlx::Error) -> AppendError {
    crate::event_store::append::describe(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn since(text: &str) -> Start {
        Start::read(Some(text), None, None, "epoch-a", 10)
    }

    #[test]
    fn resumes_from_positions_of_this_history_only() {
        assert_eq!(since("epoch-a.7"), Start::Since(7));
        assert_eq!(since("7"), Start::Since(7));
        assert_eq!(since("0"), Start::Since(0));
        for foreign in ["epoch-b.7", "11", "-1", "x", "epoch-a.x", ""] {
            assert_eq!(since(foreign), Start::Now { is_reset: true }, "{foreign}");
        }
        assert_eq!(Start::read(None, None, None, "e", 10), Start::Now { is_reset: false });
    }

    #[test]
    fn replays_at_a_sane_speed() {
        let at = DateTime::UNIX_EPOCH;
        let speed = |text| Start::read(None, Some(at), Some(text), "e", 10);
        assert_eq!(speed("10"), Start::At(at, 10.0));
        assert_eq!(speed("-3"), Start::At(at, 1.0));
        assert_eq!(speed("fast"), Start::At(at, 1.0));
    }
}

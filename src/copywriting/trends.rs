//! Keeps snapshots of what is talked about fresh, in the background: no request ever waits for a source.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use aggregates::copywriting::{Trending, TrendingCommand};
use chrono::{TimeDelta, Utc};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::adapters::models::Client;
use crate::adapters::trending;
use crate::app::App;
use crate::auth::Secret;
use crate::event_store::Context;
use crate::limits;

/// A source and a category.
type Wanted = (&'static str, String);

/// The door to the background.
#[derive(Clone)]
pub struct Trends {
    wanted: mpsc::Sender<Wanted>,
}

impl Trends {
    /// The door, and what has to be run behind it.
    pub fn new() -> (Self, mpsc::Receiver<Wanted>) {
        let (wanted, asked) = mpsc::channel(limits::TRENDING_QUEUE);
        (Self { wanted }, asked)
    }

    /// Somebody wants to see this and what there is, is old. When many want much, some wait for the next time.
    pub fn want(&self, source: &'static str, category: &str) {
        let _full = self.wanted.try_send((source, category.to_owned()));
    }
}

/// Fetches what is wanted and, on the node that leads, what has grown old, until the node stops.
pub async fn run(app: App, mut asked: mpsc::Receiver<Wanted>) {
    let mut tried: HashMap<Wanted, Instant> = HashMap::new();
    let mut tick = tokio::time::interval(Duration::from_secs(limits::TRENDING_TICK_S));
    loop {
        let wanted = tokio::select! {
            wanted = asked.recv() => match wanted {
                Some(wanted) => vec![wanted],
                None => return,
            },
            _ = tick.tick() => old(&app).await,
        };
        // Who was asked a moment ago is not asked again, whatever came of it.
        let pause = Duration::from_secs(limits::TRENDING_PAUSE_S);
        tried.retain(|_, at| at.elapsed() < pause);
        for wanted in wanted {
            if tried.len() >= limits::TRENDING_TRIED || tried.contains_key(&wanted) {
                continue;
            }
            tried.insert(wanted.clone(), Instant::now());
            if let Err(error) = refresh(&app, &wanted).await {
                tracing::warn!(source = wanted.0, category = wanted.1, error, "a snapshot was not fetched");
            }
        }
    }
}

fn fetcher<'a>(app: &'a App, source: &str) -> Option<&'a Secret> {
    app.config.models.trending.iter().find(|(name, _)| *name == source).map(|(_, template)| template)
}

/// What has grown old, of the sources that somebody fetches; in general, and by category where one was ever wanted.
async fn old(app: &App) -> Vec<Wanted> {
    let sources: Vec<&'static str> = app.config.models.trending.iter().map(|(name, _)| *name).collect();
    if sources.is_empty() || !app.projector.leads() {
        return Vec::new();
    }
    let since = Utc::now() - TimeDelta::seconds(i64::from(app.config.models.trending_every_s));
    match projections::copywriting::known_categories(&app.pool, since).await {
        Ok(known) => {
            let wanted = |source: &'static str| {
                let general = !known.iter().any(|(name, category, _)| name == source && category.is_empty());
                let aged = known.iter().filter(move |(name, _, is_old)| name == source && *is_old);
                let aged = aged.map(move |(_, category, _)| (source, category.clone()));
                aged.chain(general.then(|| (source, String::new()))).collect::<Vec<_>>()
            };
            sources.into_iter().flat_map(wanted).collect()
        }
        Err(error) => {
            tracing::warn!(%error, "old snapshots could not be looked for");
            Vec::new()
        }
    }
}

async fn refresh(app: &App, (source, category): &Wanted) -> Result<(), String> {
    let Some(template) = fetcher(app, source) else { return Ok(()) };
    let items = trending::fetch(&Client::new(), template, category).await?;
    let command = TrendingCommand::Keep {
        source: (*source).to_owned(),
        category: category.clone(),
        items,
        at: Utc::now(),
    };
    let context = Context::system("trending", "fetch", Uuid::now_v7().to_string());
    let id = format!("{source}:{category}");
    let kept = app.store.execute::<Trending>(&id, command, &context).await;
    kept.map(drop).map_err(|error| error.to_string())
}

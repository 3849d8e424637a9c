//! A believable day, so that a newcomer sees the house live (`tidemark serve --demo`).
//!
//! An empty house is told the story in `story.json`: three brands, their products and campaigns, and of sixty goods
//! whose prices were watched for a month, with two alert rules. Then, until the node stops, creators report every few
//! seconds. All of it goes through the commands that a user has, recorded as done by `system:demo`. A house with
//! other people's brands is left alone.

mod goods;
mod history;
mod live;
mod rules;
mod sales;
mod shop;
mod story;
mod telling;
mod welcome;

use std::io::Write;
use std::time::Duration;

use anyhow::Context as _;
use chrono::Utc;
use tokio::time::MissedTickBehavior;
use uuid::Uuid;

use crate::app::App;
use crate::event_store::{Context, ExecuteError};
use history::History;
use live::Life;

/// What the demo's events name as the door they came through.
const SOURCE: &str = "demo";
/// Between two beats.
const BEAT_MS: u64 = 1_000;
/// After a finished campaign the next begins at one of so many beats: after some minutes.
const BEATS_UNTIL_NEXT: u32 = 300;

/// Fills an empty house and lets it live until the node stops; says on `output` how to look at it.
pub async fn run(app: App, mut output: impl Write) {
    let stop = app.stop.clone();
    tokio::select! {
        () = stop.cancelled() => {}
        ended = tell_and_live(&app, &mut output) => if let Err(error) = ended {
            tracing::error!("the demo ended: {error:#}");
        }
    }
}

fn context() -> Context {
    Context::system("demo", SOURCE, Uuid::now_v7().to_string())
}

async fn tell_and_live(app: &App, output: &mut impl Write) -> anyhow::Result<()> {
    let brands = story::brands().context("the story cannot be read")?;
    let mut history = History::read(&app.store).await.context("the log does not answer")?;
    if history.has_foreign_brands && !history.has_begun() {
        tracing::info!("this house has brands of its own: the demo leaves it alone");
        return Ok(());
    }
    let now = Utc::now();
    telling::tell(&app.store, &brands, &mut history, now).await.context("the story could not be told")?;
    goods::tell(app, now).await.context("the goods could not be told of")?;
    sales::tell(app, &brands, now).await.context("the sales could not be told")?;
    shop::open(app).await?;
    if rules::set(app).await.context("the alert rules could not be set")? {
        // What the shop says today is the first thing that they see.
        goods::look_now(app, shop::slot(now), now).await.context("the goods could not be told of")?;
    }
    welcome::print(app, output, now).await?;

    let campaigns = history.campaigns.values().copied();
    let mut life = Life::of(app.store.clone(), campaigns).await.context("the log does not answer")?;
    let mut beats = tokio::time::interval(Duration::from_millis(BEAT_MS));
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        beats.tick().await;
        let beat = match life.beat().await {
            Ok(()) => begin_another(app, &brands, &mut history, &mut life).await,
            failed => failed,
        };
        if let Err(error) = beat {
            tracing::debug!(%error, "a beat of the demo was lost");
        }
    }
}

/// Where a campaign of the story is over, another run of one of them begins, sooner or later.
async fn begin_another(
    app: &App,
    brands: &[story::Brand],
    history: &mut History,
    life: &mut Life,
) -> Result<(), ExecuteError> {
    let told: Vec<_> = brands
        .iter()
        .flat_map(|brand| brand.campaigns.iter().map(move |campaign| (brand, campaign)))
        .collect();
    if life.campaigns() >= told.len() {
        return Ok(());
    }
    let Some(chosen) = life.at_times(BEATS_UNTIL_NEXT, told.len()) else { return Ok(()) };
    let (brand, campaign) = told[chosen];
    let Some(brand) = history.brands.get(&brand.details.name).copied() else { return Ok(()) };
    let prefix = format!("{}-", story::key(campaign.details.external_id.as_ref()));
    let runs = history.campaigns.keys().filter(|key| key.starts_with(&prefix)).count();
    let next = campaign.again(runs + 2);
    life.joins(telling::create_campaign(&app.store, brand, &next, history, Utc::now()).await?);
    Ok(())
}

//! The one loop in the cluster that judges.

use std::time::Duration;

use aggregates::{Fact, Recorded};
use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgConnection};

use super::batch::judge_batch;
use super::keep::keep_all;
use super::notice::Notice;
use super::rules::Rules;
use super::watches::Watches;
use super::{outbox, telling};
use crate::app::App;
use crate::event_store::marker::{Marker, Next};
use crate::{database, limits};

/// Only the session that holds this advisory lock judges.
const ALERTS_LOCK: i64 = 0x7469_6465_0003;

/// Judges while this node leads, until it stops.
pub async fn run(app: App, options: PgConnectOptions) {
    while !app.stop.is_cancelled() {
        let led = app.stop.run_until_cancelled(lead(&app, &options)).await;
        if let Some(Err(error)) = led {
            tracing::warn!(error = format!("{error:#}"), "this node does not judge alerts");
        }
        let pause = tokio::time::sleep(Duration::from_millis(limits::DATABASE_RETRY_MS));
        let _stopped = app.stop.run_until_cancelled(pause).await;
    }
}

/// Waits until nobody else leads, then judges until the connection breaks.
async fn lead(app: &App, options: &PgConnectOptions) -> anyhow::Result<()> {
    let mut connection = database::connect(options, limits::ALERTS_SESSION).await?;
    loop {
        let try_lock = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)").bind(ALERTS_LOCK);
        if database::in_time(try_lock.fetch_one(&mut connection)).await? {
            break;
        }
        tokio::time::sleep(Duration::from_millis(limits::LEADER_RETRY_MS)).await;
    }
    let mut position: i64 =
        sqlx::query_scalar("SELECT position FROM public.alert_checkpoint").fetch_one(&mut connection).await?;
    projected(app, position).await;
    let mut rules = Rules::load(app, position).await?;
    tracing::info!("this node judges alerts");
    let feed = app.store.feed();
    let (mut head, mut marker) = (feed.watch(), Marker::default());
    let mut something_waits = true;
    loop {
        if something_waits {
            something_waits = telling::tell(app).await?;
        }
        if *head.borrow_and_update() <= position {
            let patience = if something_waits { limits::ALERTS_LOOK_S } else { limits::LEADER_HEARTBEAT_S };
            match marker.rest(&mut head, Duration::from_secs(patience)).await? {
                Next::Follow => {}
                Next::Ping => database::in_time(connection.ping()).await?,
                Next::Save => {
                    keep(&mut connection, &Watches::default(), &[], position).await?;
                    marker.saved();
                }
            }
            continue;
        }
        let events = feed.after(position, limits::ALERTS_BATCH_EVENTS).await?;
        let Some(last) = events.last().map(|event| event.position) else { continue };
        position = last;
        if !events.iter().any(|event| concerns_alerts(event)) {
            if marker.pass() {
                keep(&mut connection, &Watches::default(), &[], position).await?;
                marker.saved();
            }
            continue;
        }
        projected(app, last).await;
        let judged = judge_batch(app, &mut rules, &events).await?;
        metrics::counter!("tidemark_alert_verdicts_total").increment(judged.verdicts.len() as u64);
        let notices = keep_all(app, judged.verdicts).await?;
        for event in events.iter().filter(|event| &*event.event_type == "NotificationSent") {
            telling::sent(app, event).await?;
        }
        keep(&mut connection, &judged.watches, &notices, last).await?;
        marker.saved();
        something_waits |= !notices.is_empty();
    }
}

/// Whether an event may change what is judged, or is told by it.
fn concerns_alerts(event: &Recorded) -> bool {
    let is_judged = matches!(event.fact(), Fact::Listing(_) | Fact::Observations(_) | Fact::AlertRule(_));
    is_judged || &*event.event_type == "NotificationSent"
}

/// Waits until the read tables show `position`: the judge looks things up there.
async fn projected(app: &App, position: i64) {
    let bound = Duration::from_secs(limits::LEADER_HEARTBEAT_S);
    while !app.projector.wait(position, bound).await {}
}

/// Writes down what is remembered, what is to be told and how far the log was judged, all or nothing.
async fn keep(
    connection: &mut PgConnection,
    watches: &Watches,
    notices: &[Notice],
    position: i64,
) -> sqlx::Result<()> {
    let mut transaction = connection.begin().await?;
    watches.save(&mut transaction).await?;
    outbox::hold(&mut transaction, notices).await?;
    sqlx::query("UPDATE public.alert_checkpoint SET position = $1 WHERE position < $1")
        .bind(position)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await
}

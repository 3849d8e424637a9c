//! The digest of price changes since the last one that was sent (contract §3), through durable jobs.
//!
//! A digest looks at the events between two positions of the log: the last one's end, and the newest that the read
//! tables show. Of each listing it tells the price before the first change and after the last, so that what went up
//! and came back is no news. That it was sent, its messages and where the next one begins are one append.

use std::collections::BTreeMap;

use aggregates::listings::ListingEvent;
use aggregates::notifications::{
    Channel, Digests, DigestsCommand, Message, Notification, NotificationCommand, OVERTAKEN,
};
use aggregates::{Fact, Refusal};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::app::App;
use crate::event_store::{Act, Context, ExecuteError, FeedFilter};
use crate::limits;
use crate::templates::{RenderError, Rendered, render_aside};

/// The stream of all digests.
const STREAM: &str = "prices";
/// The template that they are made from.
const TEMPLATE: &str = "price_digest";

/// A digest that was sent, or why none was.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Digest {
    /// How many listings it tells of.
    pub changes: i64,
    /// The messages that carry it.
    pub notifications: Vec<(Uuid, Channel)>,
    /// The position that the next one begins after.
    pub upto: i64,
    /// The newest event that it appended; 0: none.
    pub position: i64,
    /// Why nothing was sent.
    pub reason: Option<&'static str>,
}

/// Why there is no digest.
#[derive(Debug, thiserror::Error)]
pub enum DigestError {
    /// The tables do not answer.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// The log says no.
    #[error(transparent)]
    Execute(#[from] ExecuteError),
    /// Somebody's template does not fit.
    #[error("the template price_digest cannot be filled in: {0}")]
    Template(#[from] RenderError),
}

/// What happened to a listing's price in a stretch of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Change {
    /// The price before the first change; none: it was not known.
    before: Option<Decimal>,
    /// The price after the last.
    after: Option<Decimal>,
    is_gone: bool,
}

/// Sends a digest of what is new; with `force` also when nothing is.
///
/// # Errors
/// See [`DigestError`].
pub async fn send(app: &App, context: &Context, force: bool) -> Result<Digest, DigestError> {
    for _attempt in 0..limits::DIGEST_ATTEMPTS {
        let after = projections::notifications::last_digest(&app.pool).await?.map_or(0, |digest| digest.upto);
        let upto = app.projector.applied();
        let changes = gather(app, after, upto).await?;
        if changes.is_empty() && !force {
            return Ok(Digest {
                upto: after,
                reason: Some("nothing is new since the last digest"),
                ..Digest::default()
            });
        }
        let template = projections::templates::find_template(&app.pool, TEMPLATE).await?;
        let Some(template) = template.filter(|template| template.enabled) else {
            let reason = Some("the template price_digest is switched off");
            return Ok(Digest { upto: after, reason, ..Digest::default() });
        };
        let variables = variables(app, &changes).await?.into();
        let text = render_aside(template.subject, template.body, variables, true).await?;
        match append(app, context, after, upto, &changes, text).await {
            Err(ExecuteError::Refused(Refusal::Invalid(faults)))
                if faults.iter().any(|fault| fault.code == OVERTAKEN) =>
            {
                // Somebody else's digest told of these: the tables must show it first.
                let head = app.store.confirmed_head().await.map_err(ExecuteError::from)?;
                app.projector.wait(head, limits::VISIBLE_WITHIN).await;
            }
            appended => return Ok(appended?),
        }
    }
    Err(ExecuteError::Conflict.into())
}

/// The changes between two positions, by listing.
async fn gather(app: &App, after: i64, upto: i64) -> sqlx::Result<BTreeMap<i64, Change>> {
    let mut changes: BTreeMap<i64, Change> = BTreeMap::new();
    let mut filter = FeedFilter {
        after,
        kind: Some("listing".to_owned()),
        event_type: None,
        limit: limits::EVENTS_PAGE_MAX,
    };
    loop {
        let page = app.store.feed_page(&filter).await?;
        for event in page.iter().filter(|event| event.position <= upto) {
            let Ok(number) = event.aggregate_id.parse::<i64>() else { continue };
            if let Fact::Listing(change) = event.fact() {
                note(&mut changes, number, change);
            }
        }
        let is_last = (page.len() as i64) < limits::EVENTS_PAGE_MAX;
        match page.last() {
            Some(last) if !is_last && last.position < upto => filter.after = last.position,
            _ => break,
        }
    }
    changes.retain(|_, change| {
        change.is_gone || (change.before.is_some() && change.after.is_some() && change.before != change.after)
    });
    Ok(changes)
}

fn note(changes: &mut BTreeMap<i64, Change>, number: i64, event: &ListingEvent) {
    match event {
        ListingEvent::PriceObserved { price, previous, late: false, .. } => {
            let change = changes.entry(number).or_default();
            // Of goods that are new the first price is what later ones are compared with.
            change.before = change.before.or(previous.as_ref().and_then(|previous| previous.price));
            change.after = price.or(change.after);
        }
        ListingEvent::ListingDelisted { .. } => changes.entry(number).or_default().is_gone = true,
        ListingEvent::ListingRelisted { .. } => changes.entry(number).or_default().is_gone = false,
        ListingEvent::ListingRemoved {} => {
            changes.remove(&number);
        }
        _ => {}
    }
}

/// What the template is filled in with: rises and falls, the largest first, and what is gone.
async fn variables(app: &App, changes: &BTreeMap<i64, Change>) -> sqlx::Result<Map<String, Value>> {
    let numbers: Vec<i64> = changes.keys().copied().collect();
    let names = projections::notifications::listing_names(&app.pool, &numbers).await?;
    let (mut rises, mut falls, mut gone) = (Vec::new(), Vec::new(), Vec::new());
    for (number, change) in changes {
        let named = names.get(number);
        let name = named.and_then(|(name, code)| name.clone().or_else(|| code.clone()));
        let name = name.unwrap_or_else(|| number.to_string());
        let code = named.and_then(|(_, code)| code.clone());
        let percent = percent(change);
        let line = json!({ "name": name, "code": code, "id": number, "previous": plain(change.before),
            "price": plain(change.after), "percent": percent.map(|percent| format!("{percent:+}")) });
        match percent {
            _ if change.is_gone => gone.push((Decimal::ZERO, line)),
            Some(percent) if percent > Decimal::ZERO => rises.push((-percent, line)),
            Some(percent) => falls.push((percent, line)),
            None => {}
        }
    }
    let mut omitted = 0;
    let mut shown = |mut lines: Vec<(Decimal, Value)>| {
        lines.sort_by_key(|(order, _)| *order);
        omitted += lines.len().saturating_sub(limits::DIGEST_LINES);
        lines.into_iter().take(limits::DIGEST_LINES).map(|(_, line)| line).collect::<Vec<_>>()
    };
    let (rises, falls, gone) = (shown(rises), shown(falls), shown(gone));
    let until = app.zone().minute(chrono::Utc::now());
    let variables = json!({ "total": changes.len(), "rises": rises, "falls": falls, "gone": gone,
        "omitted": omitted, "until": until });
    Ok(variables.as_object().cloned().unwrap_or_default())
}

fn plain(price: Option<Decimal>) -> Option<String> {
    price.map(|price| price.normalize().to_string())
}

/// By how much, in percent of the price before, one place.
fn percent(change: &Change) -> Option<Decimal> {
    let (before, after) = change.before.zip(change.after)?;
    let share = after.checked_sub(before)?.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(before)?;
    let mut rounded = share.round_dp(1);
    rounded.rescale(1);
    Some(rounded)
}

/// That it was sent, and its messages, in one step.
async fn append(
    app: &App,
    context: &Context,
    after: i64,
    upto: i64,
    changes: &BTreeMap<i64, Change>,
    text: Rendered,
) -> Result<Digest, ExecuteError> {
    let mut channels = vec![Channel::Telegram];
    if !app.config.mail.digest_to.is_empty() {
        channels.push(Channel::Email);
    }
    let notifications: Vec<_> = channels.into_iter().map(|channel| (Uuid::now_v7(), channel)).collect();
    let changes = i64::try_from(changes.len()).unwrap_or(i64::MAX);
    let ids = notifications.iter().map(|(id, _)| *id).collect();
    let mut act = Act::new();
    act.execute::<Digests>(STREAM, DigestsCommand::Send { after, upto, changes, notifications: ids });
    for (id, channel) in &notifications {
        let message = Message::notice(*channel, &text.subject, &text.body, TEMPLATE);
        act.create::<Notification>(id.to_string(), NotificationCommand::Request { id: *id, message });
    }
    let outcome = app.store.execute_all(act, context).await?;
    Ok(Digest { changes, notifications, upto, position: outcome.position, reason: None })
}

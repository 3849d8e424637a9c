use aggregates::Decider;
use aggregates::alerts::{AlertRule, AlertRuleCommand, AlertRuleEvent, Suppression};
use axum::extract::State;
use chrono::{DateTime, TimeDelta, Utc};
use projections::{Amount, Zone};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::alerts::{Trial, TrialAlert};
use crate::app::App;
use crate::http::listings::moment::{self, Edge};
use crate::http::{After, Answer, ApiError, JsonBody, M, Mode, Values};
use crate::limits;

/// What a rule would have come to.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AlertRuleTrial")]
pub(super) struct TrialView {
    /// How often it would have fired.
    count: i64,
    /// How often it would have been suppressed.
    suppressed_count: i64,
    /// How many listings it is for.
    listings: i64,
    /// The beginning of the time it was tried on.
    from: String,
    /// Its end.
    to: String,
    /// When, and for which: the first 1,000, fired and suppressed, in the order of time.
    alerts: Vec<TrialAlertView>,
    /// Whether all of the time was looked at; otherwise the history was too long.
    complete: bool,
}

/// One time.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AlertRuleTrialAlert")]
struct TrialAlertView {
    listing_id: i64,
    product_id: Option<String>,
    name: Option<String>,
    at: String,
    when: &'static str,
    price: Option<Amount>,
    previous_price: Option<Amount>,
    baseline_price: Option<Amount>,
    difference: Option<Amount>,
    percent: Option<Amount>,
    suppressed: Option<&'static str>,
}

pub(super) async fn handler(
    State(app): State<App>,
    _after: After,
    JsonBody(body): JsonBody,
) -> Result<Answer, ApiError> {
    let (values, patch) = super::form::read(&super::form::TRIAL, &body, Mode::Create)?;
    let zone = app.zone();
    let now = Utc::now();
    let to = read_moment(&values, "to", zone, Edge::End)?.unwrap_or(now) + TimeDelta::milliseconds(1);
    let from = read_moment(&values, "from", zone, Edge::Start)?;
    let from = from.unwrap_or(to - TimeDelta::days(limits::TRIAL_DAYS));
    if from >= to {
        return Err(ApiError::field("from", "out_of_range", "from must be before to"));
    }
    // Nothing is stored: the rule is asked whether it would be one.
    let command = AlertRuleCommand::Create { id: Uuid::now_v7(), settings: patch };
    let events = AlertRule::default().decide(command)?;
    let Some(AlertRuleEvent::AlertRuleCreated { settings, .. }) = events.into_iter().next() else {
        return Err(ApiError::internal("a rule that began has no beginning"));
    };
    let trial = crate::alerts::try_rule(&app, &settings, from, to).await?;
    let view = |alert| alert_view(alert, settings.when.code(), zone);
    let Trial { fired, suppressed, listings, alerts, is_complete } = trial;
    Ok(M::ok(TrialView {
        count: fired,
        suppressed_count: suppressed,
        listings,
        from: zone.minute(from),
        to: zone.minute(to),
        alerts: alerts.into_iter().map(view).collect(),
        complete: is_complete,
    }))
}

/// A time of the body, as queries have them.
fn read_moment(
    values: &Values,
    name: &str,
    zone: Zone,
    edge: Edge,
) -> Result<Option<DateTime<Utc>>, ApiError> {
    let Some(text) = values.text(name) else { return Ok(None) };
    let sentence = || format!("{name} must be {}", moment::EXPECTATION);
    let found = moment::parse(&text, zone, edge);
    found.map(Some).ok_or_else(|| ApiError::field(name, "wrong_type", sentence()))
}

fn alert_view(alert: TrialAlert, when: &'static str, zone: Zone) -> TrialAlertView {
    let amount = |figure: Option<_>| figure.map(Amount);
    let sum = alert.judged.arithmetic;
    TrialAlertView {
        listing_id: alert.listing_id,
        product_id: alert.facts.product_id,
        name: alert.facts.name,
        at: zone.minute(alert.at),
        when,
        price: amount(alert.judged.price),
        previous_price: amount(alert.judged.previous_price),
        baseline_price: amount(sum.baseline_price),
        difference: amount(sum.difference),
        percent: amount(sum.percent),
        suppressed: alert.suppressed.map(Suppression::code),
    }
}

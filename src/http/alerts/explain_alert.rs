use aggregates::alerts::{AlertEvent, AlertRule, RuleSettings};
use aggregates::{Fact, Recorded};
use axum::response::Response;
use chrono::{DateTime, Utc};
use projections::alerts::{AlertRuleView, AlertView, find_alert};
use uuid::Uuid;

use super::explanation::{WhyView, why};
use crate::answers::Subject;
use crate::app::App;
use crate::http::{ApiError, M, PathId, Read, Reader};

pub(super) async fn handler(PathId(id): PathId, reader: Reader) -> Result<Response, ApiError> {
    reader
        .answer(|app| async move {
            let answer = M::ok(explain(&app, id).await?);
            Ok(Read { answer, subjects: vec![Subject::kind("alert")] })
        })
        .await
}

async fn explain(app: &App, id: Uuid) -> Result<WhyView, ApiError> {
    let row = find_alert(&app.pool, id).await?.ok_or_else(|| ApiError::not_found("alert"))?;
    let told = events_at(app, &[row.position]).await?;
    let Some(Fact::Alert(event)) = told.first().map(Recorded::fact) else {
        return Err(ApiError::internal("an alert's event is not where its row says"));
    };
    let verdict = match &**event {
        AlertEvent::AlertFired { alert, .. } | AlertEvent::AlertSuppressed { alert, .. } => alert,
        AlertEvent::AlertNotified { .. } => {
            return Err(ApiError::internal("an alert's row names another event"));
        }
    };
    let (settings, rule) = rule_at(app, verdict.rule_id, verdict.rule_version).await?;
    let sightings = events_at(app, &verdict.checks).await?;
    Ok(why(AlertView::of(row, app.zone()), verdict, &settings, rule, &sightings))
}

/// The rule in the version that judged: each of its events is one.
async fn rule_at(app: &App, rule: Uuid, version: i64) -> Result<(RuleSettings, AlertRuleView), ApiError> {
    let events: Vec<(i64, DateTime<Utc>)> = sqlx::query_as(
        "SELECT position, recorded_at FROM public.events \
          WHERE aggregate_type = 'alert-rule' AND aggregate_id = $1 AND sequence IN (1, $2) ORDER BY sequence",
    )
    .bind(rule.to_string())
    .bind(version)
    .fetch_all(&app.pool)
    .await?;
    let (Some(first), Some(newest)) = (events.first(), events.last()) else {
        return Err(ApiError::internal("an alert names a rule that never was"));
    };
    let settings = app.store.load_until::<AlertRule>(&rule.to_string(), newest.0).await?.state.settings;
    let view = AlertRuleView::of_version(rule, settings.clone(), version, [first.1, newest.1], app.zone());
    Ok((settings, view))
}

async fn events_at(app: &App, positions: &[i64]) -> Result<Vec<Recorded>, ApiError> {
    let mut events = Vec::with_capacity(positions.len());
    for position in positions {
        let filter = crate::event_store::FeedFilter { after: position - 1, limit: 1, ..Default::default() };
        events.extend(app.store.feed_page(&filter).await?);
    }
    Ok(events)
}

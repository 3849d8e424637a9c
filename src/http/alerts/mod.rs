//! Alert rules, and what they came to (contract §3).

mod create_rule;
mod delete_rule;
mod explain_alert;
mod explanation;
mod find_rule;
mod form;
mod list_alerts;
mod list_rules;
mod scope;
mod try_rule;
mod update_rule;

use projections::alerts::{AlertRuleView, AlertView};
use uuid::Uuid;

use super::{Access, Answer, ApiError, M, Mode, Query, Route, Writer};
use crate::app::App;
use crate::limits;

/// The routes, with who may call them.
pub fn routes() -> Vec<Route<App>> {
    vec![
        paged(Route::get("/api/alerts/rules", Access::Read, list_rules::handler))
            .doc("list_alert_rules", "Rules, newest first; how many there are is in X-Total-Count")
            .answers::<Vec<AlertRuleView>>(),
        Route::post("/api/alerts/rules", Access::Write, create_rule::handler)
            .doc("create_alert_rule", "A rule that watches listings from now on")
            .takes(&form::RULE, Mode::Create)
            .answers::<AlertRuleView>(),
        Route::post("/api/alerts/rules/test", Access::Write, try_rule::handler)
            .doc("try_alert_rule", "What a rule would have come to on recorded history; nothing is stored")
            .takes(&form::TRIAL, Mode::Create)
            .answers::<try_rule::TrialView>()
            .timeout(limits::TRIAL_TIMEOUT),
        Route::get("/api/alerts/rules/{id}", Access::Read, find_rule::handler)
            .doc("find_alert_rule", "One rule")
            .answers::<AlertRuleView>(),
        Route::put("/api/alerts/rules/{id}", Access::Write, update_rule::handler)
            .doc("update_alert_rule", "Change the fields sent; the rule begins afresh with every listing")
            .takes(&form::RULE, Mode::Change)
            .answers::<AlertRuleView>(),
        Route::delete("/api/alerts/rules/{id}", Access::Write, delete_rule::handler)
            .doc("delete_alert_rule", "End a rule; its alerts stay")
            .answers_nothing(),
        paged(Route::get("/api/alerts", Access::Read, list_alerts::handler))
            .doc("list_alerts", "Alerts, fired and suppressed, newest first; how many is in X-Total-Count")
            .param("rule_id", "string", "of this rule")
            .param("listing_id", "integer", "of this listing")
            .param("from", "string", "seen at this time, or on this day, or later")
            .param("to", "string", "seen at this time, or on this day, or earlier")
            .param("suppressed", "boolean", "1: only those that nobody was told of; 0: only the others")
            .answers::<Vec<AlertView>>(),
        Route::get("/api/alerts/{id}/why", Access::Read, explain_alert::handler)
            .doc("explain_alert", "Why an alert was fired or suppressed: rule, sightings and arithmetic")
            .answers::<explanation::WhyView>(),
    ]
}

fn paged(route: Route<App>) -> Route<App> {
    route.param("page", "integer", "from 1; without it all, 5,000 at most").param(
        "per_page",
        "integer",
        "rows in a page, 50 unless said, at most 1,000",
    )
}

/// How many rows to leave out, and how many to show.
fn part(query: &Query) -> (i64, i64) {
    query.page_if_asked("per_page").map_or((0, limits::ALERTS_LISTED), |page| (page.offset(), page.limit()))
}

/// A rule as the answer to a write.
async fn shown(app: &App, id: Uuid, position: i64) -> Result<Answer, ApiError> {
    let found = projections::alerts::find_rule(&app.pool, id).await?;
    let found = found.ok_or_else(|| ApiError::not_found("alert rule"))?;
    let version = found.own_position;
    Ok(M::ok(AlertRuleView::of(found, app.zone())).etag(version).position(position))
}

/// Refuses an If-Match ahead of the rule's version.
async fn check_version(writer: &Writer, id: Uuid) -> Result<(), ApiError> {
    if writer.names_version() {
        let found = projections::alerts::find_rule(&writer.app().pool, id).await?;
        writer.check_version(found.ok_or_else(|| ApiError::not_found("alert rule"))?.own_position)?;
    }
    Ok(())
}

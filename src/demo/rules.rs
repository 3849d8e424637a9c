//! Two alert rules, so that what the demo's shop does is noticed: prices that fell far, and goods that are back.

use aggregates::alerts::{AlertRule, AlertRuleCommand, RulePatch, When};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::context;
use crate::app::App;
use crate::event_store::ExecuteError;

/// From how many percent on a fall is worth an alert.
const FALL_PERCENT: i64 = 5;
const DROP: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_de30_a1e7_0001);
const BACK_IN_STOCK: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_de30_a1e7_0002);

/// Sets the rules, unless they were set before: what somebody deleted stays deleted. True: they are new.
///
/// # Errors
/// When the log does not answer.
pub(super) async fn set(app: &App) -> Result<bool, ExecuteError> {
    let drop = RulePatch {
        name: Some(format!("降價 {FALL_PERCENT}% 以上")),
        when: Some(When::Drop),
        min_pct: Some(Some(Decimal::from(FALL_PERCENT))),
        ..RulePatch::default()
    };
    let back = RulePatch {
        name: Some("補貨到了".to_owned()),
        when: Some(When::BackInStock),
        ..RulePatch::default()
    };
    let mut are_new = false;
    for (id, settings) in [(DROP, drop), (BACK_IN_STOCK, back)] {
        let command = AlertRuleCommand::Create { id, settings };
        match app.store.execute::<AlertRule>(&id.to_string(), command, &context()).await {
            Ok(_) => are_new = true,
            // It was set before.
            Err(ExecuteError::Refused(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(are_new)
}

use std::collections::HashSet;

use aggregates::alerts::{RulePatch, Scope};
use projections::listings::known_listings;

use crate::http::{ApiError, Writer};
use crate::limits;

/// Refuses a scope that names listings nobody watches. Those that the rule names already (`kept`) may be gone since.
///
/// The rule itself does not depend on it: listings may go at any time. It is only told what is likely a slip.
pub(super) async fn check(writer: &Writer, patch: &RulePatch, kept: &[i64]) -> Result<(), ApiError> {
    let sent = patch.scope.as_ref().and_then(|scope| scope.listing_ids.clone()).unwrap_or_default();
    let new: Vec<i64> = sent.into_iter().filter(|id| !kept.contains(id)).collect();
    if new.is_empty() {
        return Ok(());
    }
    let app = writer.app();
    // One that another node has just taken in is there too.
    writer.visible_at(app.store.confirmed_head().await?).await?;
    let known = known_listings(&app.pool, &new, &[]).await?;
    let known: HashSet<i64> =
        known.into_iter().filter(|listing| listing.is_active).map(|listing| listing.number).collect();
    let unknown: Vec<String> = new.iter().filter(|id| !known.contains(id)).map(i64::to_string).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let named =
        unknown.iter().take(limits::ALERT_UNKNOWN_NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    let rest = unknown.len().saturating_sub(limits::ALERT_UNKNOWN_NAMED);
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    let sentence = format!("scope.listing_ids: nobody watches {named}{more}");
    Err(ApiError::field("scope.listing_ids", "unknown", sentence))
}

/// The listings that a scope names.
pub(super) fn named(scope: &Scope) -> Vec<i64> {
    scope.listing_ids.clone().unwrap_or_default()
}

use aggregates::listings::Listing;
use projections::Amount;
use serde_json::{Map, Value, json};

use super::show_state::flattened;

/// The fields of a listing as clients know them: its number is its `id`, and the end of its timeline is beside it.
pub(super) fn fields(listing: &Listing) -> serde_json::Result<Map<String, Value>> {
    let mut fields = flattened(serde_json::to_value(listing)?);
    let now = listing.standing(None);
    let prices = listing.prices.points().iter().map(|point| {
        json!({ "at": point.at, "price": point.price.map(Amount), "stock_status": point.stock_status,
            "before_seen_at": point.before_seen_at })
    });
    let prices: Vec<Value> = prices.collect();
    for (name, value) in [
        ("id", json!(listing.number)),
        ("price", json!(now.price.map(Amount))),
        ("previous_price", json!(listing.prices.previous_price().map(Amount))),
        ("stock_status", json!(now.stock_status)),
        ("prices", json!(prices)),
    ] {
        fields.insert(name.to_owned(), value);
    }
    Ok(fields)
}

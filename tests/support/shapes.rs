//! The exact keys of every shape, as the contract lists them.

use serde_json::Value;

pub(crate) const BRAND: &[&str] = &[
    "id", "name", "description", "logo_url", "category", "source", "collab_count", "creators_count", "campaign_id",
    "total_gmv_achieved", "total_views_achieved", "shop_overall_rating", "dataset_id_list", "created_at",
    "updated_at", "is_active",
];
/// What one brand has beside the keys of a listed one.
pub(crate) const ONE_BRAND: &[&str] = &["products", "campaigns", "figures_source"];
pub(crate) const FIGURES: &[&str] =
    &["creators_count", "collab_count", "total_gmv_achieved", "total_views_achieved"];
pub(crate) const PRODUCT: &[&str] = &[
    "id", "brand", "name", "description", "image_url", "pid", "commission_rate", "open_collab", "available_samples",
    "sales_price_min", "sales_price_max", "stock", "items_sold", "product_rating", "reviews_count",
    "collab_creators", "tiktok_shop", "dataset_id", "external_id", "created_at", "updated_at", "is_active",
];
pub(crate) const CAMPAIGN: &[&str] = &[
    "id", "brand", "name", "description", "image_url", "service", "creator_type", "creator_level",
    "creator_category", "creators_count", "gmv", "followers", "views", "budget", "link_product", "start_date",
    "end_date", "dataset_id", "external_id", "status", "gmv_achieved", "views_achieved", "video_link", "created_at",
    "updated_at", "is_active",
];
pub(crate) const BRIEF: &[&str] = &[
    "id", "name", "description", "image_url", "service", "creator_type", "creator_level", "creator_category",
    "creators_count", "gmv", "followers", "views", "budget", "start_date", "end_date", "status",
];
pub(crate) const CREATOR: &[&str] =
    &["id", "name", "category", "followers", "gmv_generated", "views_generated", "pricing", "status"];
pub(crate) const PROJECTION: &[&str] = &[
    "name", "version", "position", "head", "lag", "state", "last_error", "rate", "progress", "eta", "last_verify",
];
pub(crate) const EVENT: &[&str] =
    &["position", "sequence", "type", "at", "actor", "correlation_id", "data"];
pub(crate) const STATUS: &[&str] =
    &["position", "at", "status", "previous", "override", "gmv_achieved", "views_achieved", "actor"];

/// A JSON object has these keys and no other.
#[track_caller]
pub(crate) fn has_keys(value: &Value, expected: &[&str]) {
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(keys(value), expected);
}

/// A JSON object has at least these keys: the contract allows more here.
#[track_caller]
pub(crate) fn has_at_least_keys(value: &Value, expected: &[&str]) {
    let found = keys(value);
    let missing: Vec<_> = expected.iter().filter(|key| !found.contains(&key.to_string())).collect();
    assert!(missing.is_empty(), "{missing:?} missing in {value}");
}

#[track_caller]
fn keys(value: &Value) -> Vec<String> {
    let object = value.as_object().unwrap_or_else(|| panic!("no object: {value}"));
    let mut keys: Vec<String> = object.keys().cloned().collect();
    keys.sort_unstable();
    keys
}

/// The values of one field in a list of objects, as text.
#[track_caller]
pub(crate) fn column(list: &Value, field: &str) -> Vec<String> {
    let rows = list.as_array().unwrap_or_else(|| panic!("no list: {list}"));
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    rows.iter().map(|row| text(&row[field])).collect()
}

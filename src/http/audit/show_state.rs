use aggregates::Decider;
use aggregates::brands::Brand;
use aggregates::campaigns::Campaign;
use aggregates::crawl_runs::CrawlRun;
use aggregates::imports::Import;
use aggregates::listings::Listing;
use aggregates::products::Product;
use aggregates::sales::SalesDay;
use aggregates::stockouts::StockoutBatch;
use aggregates::users::User;
use aggregates::vendor_mails::VendorMail;
use aggregates::vendors::Vendor;
use axum::extract::{Path, State};
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{listing, sales_day};
use crate::app::App;
use crate::event_store::{Loaded, StreamFilter};
use crate::http::listings::moment::Edge;
use crate::http::{After, ApiError, M, Query};

/// A thing as it stood: its own fields, and which event was its newest.
#[derive(Serialize, JsonSchema)]
pub(super) struct StateView {
    /// The newest event that is in it.
    position: i64,
    /// How many events it is folded from.
    sequence: i64,
    /// Its fields, named as clients know them.
    #[serde(flatten)]
    fields: Map<String, Value>,
}

pub(super) async fn handler(
    State(app): State<App>,
    after: After,
    Path((kind, id)): Path<(String, String)>,
    query: Query,
) -> Result<Response, ApiError> {
    let until = position(&app, &query).await?;
    let id = canonical(&id);
    let view = match super::stream_kind(&kind)? {
        Brand::KIND => fold::<Brand>(&app, &id, until).await?,
        Product::KIND => fold::<Product>(&app, &id, until).await?,
        Campaign::KIND => campaign(&app, &id, until).await?,
        Listing::KIND => shown(load::<Listing>(&app, &id, until).await?, listing::fields)?,
        Vendor::KIND => fold::<Vendor>(&app, &id, until).await?,
        StockoutBatch::KIND => fold::<StockoutBatch>(&app, &id, until).await?,
        VendorMail::KIND => fold::<VendorMail>(&app, &id, until).await?,
        Import::KIND => fold::<Import>(&app, &id, until).await?,
        CrawlRun::KIND => fold::<CrawlRun>(&app, &id, until).await?,
        SalesDay::KIND => shown(load::<SalesDay>(&app, &id, until).await?, sales_day::fields)?,
        _ => fold::<User>(&app, &id, until).await?,
    };
    let version = view.position;
    Ok(after.respond(M::ok(view).etag(version)))
}

/// A link ends with its product too, when that is deleted or in another brand: then the product's event is in the
/// state as well.
async fn campaign(app: &App, id: &str, until: i64) -> Result<StateView, ApiError> {
    let mut loaded = load::<Campaign>(app, id, until).await?;
    let campaign = &mut loaded.state;
    for product_id in std::mem::take(&mut campaign.link_product) {
        let product = app.store.load_until::<Product>(&product_id.to_string(), until).await?;
        if product.state.is_active && product.state.brand == campaign.brand {
            campaign.link_product.push(product_id);
        } else {
            loaded.position = loaded.position.max(product.position);
        }
    }
    shown(loaded, |state| serde_json::to_value(state).map(flattened))
}

async fn fold<A: Decider>(app: &App, id: &str, until: i64) -> Result<StateView, ApiError> {
    shown(load::<A>(app, id, until).await?, |state| serde_json::to_value(state).map(flattened))
}

async fn load<A: Decider>(app: &App, id: &str, until: i64) -> Result<Loaded<A>, ApiError> {
    let loaded = app.store.load_until::<A>(id, until).await?;
    if loaded.sequence == 0 { Err(ApiError::not_found(A::KIND)) } else { Ok(loaded) }
}

fn shown<A>(
    loaded: Loaded<A>,
    fields: impl FnOnce(&A) -> serde_json::Result<Map<String, Value>>,
) -> Result<StateView, ApiError> {
    let fields = fields(&loaded.state).map_err(ApiError::internal)?;
    Ok(StateView { position: loaded.position, sequence: loaded.sequence, fields })
}

/// The fold with its inner groups opened: clients know no `details`, and creators as a list in order.
pub(super) fn flattened(state: Value) -> Map<String, Value> {
    let Value::Object(state) = state else { return Map::new() };
    let mut fields = Map::new();
    for (name, value) in state {
        match (name.as_str(), value) {
            ("details" | "results" | "figures", Value::Object(group)) => fields.extend(group),
            ("creators", Value::Object(creators)) => {
                let mut list: Vec<(u64, Map<String, Value>)> = creators.into_iter().map(creator).collect();
                list.sort_by_key(|(ordinal, _)| *ordinal);
                fields.insert(name, list.into_iter().map(|(_, creator)| Value::Object(creator)).collect());
            }
            (_, value) => drop(fields.insert(name, value)),
        }
    }
    fields
}

fn creator((id, value): (String, Value)) -> (u64, Map<String, Value>) {
    let ordinal = value["ordinal"].as_u64().unwrap_or_default();
    let mut fields = Map::from_iter([("id".to_owned(), Value::String(id))]);
    if let Value::Object(details) = &value["details"] {
        fields.extend(details.clone());
    }
    (ordinal, fields)
}

/// `as_of` is a position when it is a number, otherwise a time.
async fn position(app: &App, query: &Query) -> Result<i64, ApiError> {
    let Some(text) = query.text("as_of") else { return Ok(i64::MAX) };
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(text.parse().unwrap_or(i64::MAX));
    }
    let moment = super::moment(query, "as_of", app.zone(), Edge::End).map_err(|_| {
        ApiError::field(
            "as_of",
            "wrong_type",
            "as_of must be a position, a time like 2026-01-31T09:00:00Z or 2026-01-31 17:00, or a date",
        )
    })?;
    Ok(app.store.position_at(moment.unwrap_or_default()).await?)
}

/// A UUID however it is written; other ids as they are. What Postgres cannot even be asked for names nothing.
pub(super) fn canonical(id: &str) -> String {
    if id.contains('\0') {
        return String::new();
    }
    Uuid::parse_str(id).map_or_else(|_| id.to_owned(), |id| id.to_string())
}

/// Whether a stream has any event.
pub(super) async fn exists(app: &App, kind: &str, id: &str) -> Result<bool, ApiError> {
    let filter = StreamFilter { limit: 1, ..StreamFilter::default() };
    Ok(!app.store.stream_page(kind, id, &filter).await?.is_empty())
}

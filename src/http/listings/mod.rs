//! Listings: marketplace pages whose price is watched (contract §3).

mod create_listing;
mod delete_listing;
mod find_listing;
mod list_board;
pub(crate) mod moment;
mod observe;
mod show_chart;
mod show_history;
mod show_statistics;
mod update_listing;

use aggregates::listings::ListingPatch;
use aggregates::values::{Currency, StockStatus};
use projections::Paged;
use projections::listings::{HistoryEntry, ListingItem, ListingView};
use uuid::Uuid;

use super::{Access, Answer, ApiError, Field, Form, M, Mode, Route, Values, WriteError, Writer};
use crate::adapters::shop_pages::Extract;
use crate::app::App;
use crate::limits::{self, TEXT_CHARS};

const URL: Field = Field::text("url", TEXT_CHARS).required().doc("the page to watch");
const PRODUCT_ID: Field = Field::nullable_text("product_id", 100)
    .or_number()
    .doc("its goods code, unique among the listings watched");
const NAME: Field = Field::nullable_text("name", 255);
const BRAND: Field = Field::nullable_text("brand", 100);
const CATEGORY: Field = Field::nullable_text("category", 100);
const IMAGE_URL: Field = Field::nullable_text("image_url", TEXT_CHARS);
const EXTRACT: Field = Field::text_or_json("extract").nullable().doc("how to read the price from the page");
const INTERVAL: Field =
    Field::integer("interval", 1, 2_592_000).nullable().doc("seconds between visits; null: as usual");
const CURRENCY: Field = Field::nullable_text("currency", 3).doc("ISO 4217; fixed by the first observation");
const LINKED: Field = Field::id("linked_product").nullable().doc("a product of family B");

static NEW: Form = Form::new(&[
    URL,
    PRODUCT_ID,
    NAME,
    BRAND,
    CATEGORY,
    IMAGE_URL,
    EXTRACT,
    INTERVAL,
    CURRENCY,
    LINKED,
    Field::decimal("price", 4).nullable().doc("a first observation"),
    Field::choice("stock_status", &StockStatus::CODES).nullable().doc("of the first observation"),
]);

static CHANGE: Form = Form::new(&[
    URL,
    PRODUCT_ID,
    NAME,
    BRAND,
    CATEGORY,
    IMAGE_URL,
    EXTRACT,
    INTERVAL,
    CURRENCY,
    LINKED,
    Field::choice("status", &["active", "delisted"]).doc("by hand"),
]);

/// The routes.
pub fn routes() -> Vec<Route<App>> {
    vec![
        Route::get("/api/products", Access::Read, list_board::handler)
            .doc("list_products", "The board: listings with their prices")
            .param("page", "integer", "from 1")
            .param("per_page", "integer", "50 unless said, at most 1000")
            .param("category", "string", "only of this category")
            .param("filter", "string", "all, increase, decrease or delisted")
            .param("since", "string", "what increase and decrease compare with; midnight unless said")
            .param("q", "string", "words in name, brand or code")
            .param("sort_by", "string", "a field of the items; id unless said")
            .param("order", "string", "asc or desc")
            .answers_bare::<Paged<ListingItem>>(),
        Route::post("/api/listings", Access::Write, create_listing::handler)
            .doc("create_listing", "Start watching a page")
            .takes(&NEW, Mode::Create)
            .answers::<ListingView>(),
        Route::post("/api/listings/observations", Access::Write, observe::handler)
            .doc("take_observations", "Up to 10,000 observations as a JSON array or NDJSON")
            .param("create", "boolean", "register goods codes that nobody knows")
            .timeout(limits::OBSERVATIONS_TIMEOUT)
            .answers::<observe::Taken>(),
        Route::get("/api/listings/{id}", Access::Read, find_listing::handler)
            .doc("find_listing", "One listing")
            .answers::<ListingView>(),
        Route::patch("/api/listings/{id}", Access::Write, update_listing::handler)
            .doc("update_listing", "Change the fields sent")
            .takes(&CHANGE, Mode::Change)
            .answers::<ListingView>(),
        Route::delete("/api/listings/{id}", Access::Write, delete_listing::handler)
            .doc("delete_listing", "Stop watching a page; its history stays")
            .answers_nothing(),
        Route::get("/api/listings/{id}/statistics", Access::Read, show_statistics::handler)
            .doc("show_listing_statistics", "Average, lowest and highest price of 30, 90 and 365 days")
            .answers::<show_statistics::StatisticsView>(),
        Route::get("/api/listings/{id}/chart.svg", Access::Read, show_chart::svg)
            .doc("show_listing_chart", "The price over time; where nobody looked there is no line")
            .param("days", "integer", "back from now, 90 unless said, at most 3650")
            .answers_other("image/svg+xml"),
        Route::get("/api/listings/{id}/chart.png", Access::Read, show_chart::png)
            .doc("show_listing_chart_as_png", "The same as a picture")
            .param("days", "integer", "back from now, 90 unless said, at most 3650")
            .answers_other("image/png"),
        Route::get("/api/history/{product_id}", Access::Read, show_history::handler)
            .doc("show_history", "Every change of a price and the latest check, newest first")
            .param("from", "string", "nothing before this time or day")
            .param("to", "string", "nothing after this time or day")
            .param("limit", "integer", "at most this many, the newest")
            .param("granularity", "string", "hour or day: the last price of each; every change unless said")
            .answers_bare::<Vec<HistoryEntry>>(),
    ]
}

/// The fields of a body that say something of a listing.
fn patch(values: &Values) -> Result<ListingPatch, ApiError> {
    let extract = values.nullable_any("extract");
    if let Some(Some(extract)) = &extract {
        Extract::from_json(extract).map_err(|why| ApiError::field("extract", "not_allowed", why))?;
    }
    Ok(ListingPatch {
        url: values.text("url").map(Some),
        product_id: values.nullable_text("product_id"),
        name: values.nullable_text("name"),
        brand: values.nullable_text("brand"),
        category: values.nullable_text("category"),
        image_url: values.nullable_text("image_url"),
        extract,
        interval_s: values.nullable_integer("interval"),
        currency: currency(values)?,
    })
}

fn currency(values: &Values) -> Result<Option<Option<Currency>>, ApiError> {
    match values.nullable_text("currency") {
        Some(Some(text)) => match Currency::parse(&text) {
            Some(currency) => Ok(Some(Some(currency))),
            None => Err(ApiError::field(
                "currency",
                "unknown_value",
                "currency must be a code of ISO 4217, such as TWD",
            )),
        },
        other => Ok(other.map(|_| None)),
    }
}

/// The brand of a product that is to be joined.
async fn brand_of(app: &App, product: Uuid) -> Result<Uuid, ApiError> {
    let found = projections::products::find_product(&app.pool, product).await?;
    found.map(|found| found.view.brand).ok_or_else(no_such_product)
}

fn no_such_product() -> ApiError {
    ApiError::field("linked_product", "unknown_value", "linked_product must be the id of a live product")
}

/// A product that went meanwhile is the body's fault.
fn explain(error: WriteError) -> ApiError {
    match error {
        WriteError::Missing { scope, .. } if scope == "product" => no_such_product(),
        other => other.into(),
    }
}

/// A listing as the answer to a write.
async fn shown(app: &App, number: i64, position: i64) -> Result<Answer, ApiError> {
    let found = projections::listings::find_listing(&app.pool, number, app.zone()).await?;
    let found = found.ok_or_else(|| ApiError::not_found("listing"))?;
    Ok(M::ok(found.view).etag(found.version).position(position))
}

/// Refuses an If-Match ahead of the listing's version.
async fn check_version(writer: &Writer, number: i64) -> Result<(), ApiError> {
    if writer.names_version() {
        let app = writer.app();
        let found = projections::listings::find_listing(&app.pool, number, app.zone()).await?;
        writer.check_version(found.ok_or_else(|| ApiError::not_found("listing"))?.version)?;
    }
    Ok(())
}

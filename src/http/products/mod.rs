//! Family B's products (contract §2).

mod create_product;
mod delete_product;
mod find_product;
mod list_products;
mod update_product;

use aggregates::products::{ProductFigure, ProductFigures, ProductPatch};
use projections::products::ProductView;
use uuid::Uuid;

use super::{Access, Answer, ApiError, B, Field, Form, Mode, Route, Values, WriteError, Writer};
use crate::app::App;
use crate::limits::{LONG_TEXT_CHARS, TEXT_CHARS};

static FORM: Form = Form::new(&[
    Field::id("brand").required().doc("a live brand"),
    Field::text("name", 255).required().doc("unique in its brand"),
    Field::nullable_text("description", LONG_TEXT_CHARS),
    Field::nullable_text("image_url", TEXT_CHARS),
    Field::nullable_text("pid", TEXT_CHARS).or_number(),
    Field::decimal_within("commission_rate", 2, 0, 100),
    Field::decimal_within("open_collab", 2, 0, 100),
    Field::counter("available_samples"),
    Field::amount("sales_price_min", 2).nullable(),
    Field::amount("sales_price_max", 2).nullable(),
    Field::counter("stock"),
    Field::counter("items_sold"),
    Field::decimal_within("product_rating", 1, 0, 5),
    Field::counter("reviews_count"),
    Field::counter("collab_creators").nullable().doc("your own figure; null: derived again"),
    Field::boolean("tiktok_shop"),
    Field::text("dataset_id", 255).required().or_number(),
    Field::nullable_text("external_id", TEXT_CHARS).or_number(),
]);

/// The routes.
pub fn routes() -> Vec<Route<App>> {
    vec![
        super::lists::documented(Route::get("/api/products/", Access::Read, list_products::handler))
            .doc("list_brand_service_products", "All live products of all brands, newest first")
            .answers::<Vec<ProductView>>(),
        Route::post("/api/products/", Access::Write, create_product::handler)
            .doc("create_product", "Begin a product")
            .takes(&FORM, Mode::Create)
            .answers::<ProductView>(),
        Route::get("/api/products/{id}/", Access::Read, find_product::handler)
            .doc("find_product", "One product")
            .answers::<ProductView>(),
        Route::put("/api/products/{id}/", Access::Write, update_product::handler)
            .doc("replace_product", "Change the fields sent")
            .takes(&FORM, Mode::Change)
            .answers::<ProductView>(),
        Route::patch("/api/products/{id}/", Access::Write, update_product::handler)
            .doc("update_product", "Change the fields sent")
            .takes(&FORM, Mode::Change)
            .answers::<ProductView>(),
        Route::delete("/api/products/{id}/", Access::Write, delete_product::handler)
            .doc("delete_product", "Delete a product; campaigns drop it")
            .answers::<()>(),
    ]
}

fn patch(values: &Values) -> ProductPatch {
    ProductPatch {
        name: values.text("name"),
        description: values.nullable_text("description"),
        image_url: values.nullable_text("image_url"),
        pid: values.nullable_text("pid"),
        commission_rate: values.decimal("commission_rate"),
        open_collab: values.decimal("open_collab"),
        available_samples: values.integer("available_samples"),
        sales_price_min: values.nullable_decimal("sales_price_min"),
        sales_price_max: values.nullable_decimal("sales_price_max"),
        stock: values.integer("stock"),
        items_sold: values.integer("items_sold"),
        product_rating: values.decimal("product_rating"),
        reviews_count: values.integer("reviews_count"),
        tiktok_shop: values.boolean("tiktok_shop"),
        dataset_id: values.text("dataset_id"),
        external_id: values.nullable_text("external_id"),
    }
}

fn figures(values: &Values) -> ProductFigures {
    let sent = values.nullable_integer("collab_creators");
    sent.into_iter().map(|count| (ProductFigure::CollabCreators, count.map(Into::into))).collect()
}

/// A product as the answer to a write.
async fn shown(app: &App, id: Uuid, position: i64) -> Result<Answer, ApiError> {
    let found = projections::products::find_product(&app.pool, id).await?;
    let found = found.ok_or_else(|| ApiError::not_found("product"))?;
    Ok(B::ok(found.view).etag(found.version).position(position))
}

/// Refuses an If-Match ahead of the product's version.
async fn check_version(writer: &Writer, id: Uuid) -> Result<(), ApiError> {
    if writer.names_version() {
        let found = projections::products::find_product(&writer.app().pool, id).await?;
        writer.check_version(found.ok_or_else(|| ApiError::not_found("product"))?.version)?;
    }
    Ok(())
}

/// A brand that is not there is the body's fault when the body names it, otherwise the product is gone with it.
fn explain(error: WriteError, sent_brand: Option<Uuid>) -> ApiError {
    match error {
        WriteError::Missing { scope, key, .. } if scope == "brand" => {
            if sent_brand.is_some_and(|brand| brand.to_string() == key) {
                ApiError::field("brand", "unknown_value", "brand must be the id of a live brand")
            } else {
                ApiError::not_found("product")
            }
        }
        other => other.into(),
    }
}

//! Brands (contract §2).

mod create_brand;
mod delete_brand;
mod find_brand;
mod list_brand_campaigns;
mod list_brand_dataset_ids;
mod list_brand_products;
mod list_brands;
mod update_brand;

use aggregates::brands::{BrandFigure, BrandFigures, BrandPatch};
use projections::brands::{BrandDetailView, BrandView};
use projections::campaigns::CampaignView;
use projections::products::ProductView;
use uuid::Uuid;

use super::{Access, Answer, ApiError, B, Field, Form, Mode, Route, Values};
use crate::app::App;
use crate::limits::{LONG_TEXT_CHARS, TEXT_CHARS};

static FORM: Form = Form::new(&[
    Field::text("name", 100).required().doc("unique among live brands"),
    Field::nullable_text("description", LONG_TEXT_CHARS),
    Field::nullable_text("logo_url", TEXT_CHARS),
    Field::nullable_text("category", TEXT_CHARS),
    Field::nullable_text("source", TEXT_CHARS),
    Field::nullable_text("campaign_id", TEXT_CHARS).or_number(),
    Field::decimal_within("shop_overall_rating", 1, 0, 5),
    Field::counter("collab_count").nullable().doc("your own figure; null: derived again"),
    Field::counter("creators_count").nullable().doc("your own figure; null: derived again"),
    Field::amount("total_gmv_achieved", 2).nullable().doc("your own figure; null: derived again"),
    Field::amount("total_views_achieved", 2).nullable().doc("your own figure; null: derived again"),
]);

/// The routes.
pub fn routes() -> Vec<Route<App>> {
    let list = super::lists::documented;
    vec![
        list(Route::get("/api/brands/", Access::Read, list_brands::handler))
            .doc("list_brands", "All live brands, newest first")
            .answers::<Vec<BrandView>>(),
        Route::post("/api/brands/", Access::Write, create_brand::handler)
            .doc("create_brand", "Begin a brand")
            .takes(&FORM, Mode::Create)
            .answers::<BrandDetailView>(),
        Route::get("/api/brands/{id}/", Access::Read, find_brand::handler)
            .doc("find_brand", "One brand with its products and campaigns")
            .answers::<BrandDetailView>(),
        Route::put("/api/brands/{id}/", Access::Write, update_brand::handler)
            .doc("replace_brand", "Change the fields sent")
            .takes(&FORM, Mode::Change)
            .answers::<BrandDetailView>(),
        Route::patch("/api/brands/{id}/", Access::Write, update_brand::handler)
            .doc("update_brand", "Change the fields sent")
            .takes(&FORM, Mode::Change)
            .answers::<BrandDetailView>(),
        Route::delete("/api/brands/{id}/", Access::Write, delete_brand::handler)
            .doc("delete_brand", "Delete a brand with its products and campaigns")
            .answers::<()>(),
        Route::get("/api/brands/{id}/products/", Access::Read, list_brand_products::handler)
            .doc("list_brand_products", "A brand's products, newest first")
            .answers::<Vec<ProductView>>(),
        Route::get("/api/brands/{id}/campaigns/", Access::Read, list_brand_campaigns::handler)
            .doc("list_brand_campaigns", "A brand's campaigns, newest first")
            .answers::<Vec<CampaignView>>(),
        Route::get("/api/brands/{id}/dataset_ids/", Access::Read, list_brand_dataset_ids::handler)
            .doc("list_brand_dataset_ids", "The knowledge bases of a brand's products and campaigns")
            .answers::<list_brand_dataset_ids::DatasetIds>(),
    ]
}

/// The plain fields of a body.
fn patch(values: &Values) -> BrandPatch {
    BrandPatch {
        name: values.text("name"),
        description: values.nullable_text("description"),
        logo_url: values.nullable_text("logo_url"),
        category: values.nullable_text("category"),
        source: values.nullable_text("source"),
        campaign_id: values.nullable_text("campaign_id"),
        shop_overall_rating: values.decimal("shop_overall_rating"),
    }
}

/// The figures of a body.
fn figures(values: &Values) -> BrandFigures {
    let count = |field| values.nullable_integer(field).map(|count| count.map(Into::into));
    let amount = |field| values.nullable_decimal(field);
    let sent = [
        (BrandFigure::CollabCount, count("collab_count")),
        (BrandFigure::CreatorsCount, count("creators_count")),
        (BrandFigure::TotalGmvAchieved, amount("total_gmv_achieved")),
        (BrandFigure::TotalViewsAchieved, amount("total_views_achieved")),
    ];
    sent.into_iter().filter_map(|(figure, value)| Some((figure, value?))).collect()
}

/// A brand as the answer to a write.
async fn shown(app: &App, id: Uuid, position: i64) -> Result<Answer, ApiError> {
    let found = projections::brands::find_brand(&app.pool, id).await?;
    let found = found.ok_or_else(|| ApiError::not_found("brand"))?;
    Ok(B::ok(found.view).etag(found.version).position(position))
}

/// Refuses an If-Match ahead of the brand's version.
async fn check_version(writer: &super::Writer, id: Uuid) -> Result<(), ApiError> {
    if writer.names_version() {
        let found = projections::brands::find_brand(&writer.app().pool, id).await?;
        writer.check_version(found.ok_or_else(|| ApiError::not_found("brand"))?.version)?;
    }
    Ok(())
}

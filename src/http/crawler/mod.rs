//! The crawler: runs asked for, how the newest is (contract §3).

mod run_task;
mod show_crawler_status;

use super::{Access, Field, Form, Kind, Mode, Route};
use crate::app::App;
use crate::limits;

static SELECTION: Form = Form::new(&[
    Field::list("listing_ids", &Kind::Integer { min: 1, max: i64::MAX }, limits::CRAWL_ASKED_LISTINGS)
        .doc("the listings to visit, due or not; without any, those that are due"),
    Field::list("product_ids", &Kind::Text { max: 100 }, limits::CRAWL_ASKED_LISTINGS)
        .doc("the same by their goods codes"),
]);

/// The routes.
pub fn routes() -> Vec<Route<App>> {
    vec![
        Route::post("/api/run_task", Access::Write, run_task::handler)
            .doc("run_crawler", "Visit pages now; while a run is under way, they join it")
            .takes(&SELECTION, Mode::Change)
            .answers::<run_task::Run>(),
        Route::get("/api/system/crawler/status", Access::Read, show_crawler_status::handler)
            .doc("show_crawler_status", "How the newest run is, and when pages are due next")
            .answers::<show_crawler_status::StatusView>(),
    ]
}

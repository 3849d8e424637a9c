use axum::extract::Request;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use tower::ServiceExt;
use tower::util::BoxCloneSyncService;

use super::idempotency::idempotency;
use super::layers::Edge;
use super::open_doors::OpenDoors;
use super::{
    Authentication, RateLimit, Route, administration, alerts, audit, bot, brands, campaigns, copywriting,
    crawler, docs_page, exports, imports, listings, notifications, products, router, sales, stockouts,
    system, tokens, users, vendors,
};
use crate::app::App;

/// Every route of the program, with who may call it.
pub fn routes() -> Vec<Route<App>> {
    let slices = [
        brands::routes(),
        products::routes(),
        sales::routes(),
        campaigns::routes(),
        listings::routes(),
        alerts::routes(),
        exports::routes(),
        crawler::routes(),
        audit::routes(),
        administration::routes(),
        system::routes(),
        users::routes(),
        tokens::routes(),
        vendors::routes(),
        imports::routes(),
        stockouts::routes(),
        notifications::routes(),
        bot::routes(),
        copywriting::routes(),
    ];
    docs_page::documented(slices.into_iter().flatten().collect())
}

/// The whole door: a service that answers every request.
pub fn application(app: &App) -> BoxCloneSyncService<Request, Response, std::convert::Infallible> {
    let rate_limit = RateLimit::per_second(app.config.rate_limit_per_s);
    let repeats = from_fn_with_state((app.clone(), rate_limit.clone()), idempotency);
    let routes = routes();
    let open_doors = OpenDoors::of(&routes);
    let router = router(routes, rate_limit).layer(repeats).with_state(app.clone());
    let (authenticator, public_url) = (app.auth.authenticator.clone(), app.config.public_url.clone());
    let asked = Authentication::new(router, authenticator, open_doors, public_url);
    BoxCloneSyncService::new(
        Edge::new(asked, app.config.trusted_proxies.clone()).map_request(|request| request),
    )
}

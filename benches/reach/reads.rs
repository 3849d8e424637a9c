//! GETs of what has not changed.

use crate::Plan;
use crate::cluster::Cluster;
use crate::http;
use crate::process::{Bare, Tidemark};
use crate::report::{Report, Target};
use crate::rounds::Rounds;
use crate::serving::Shop;

const CLIENTS: usize = 32;
/// A page in the middle of the list.
pub(crate) const PAGE: i64 = 56;

pub(crate) async fn run(cluster: &Cluster, plan: Plan, report: &mut Report) -> anyhow::Result<()> {
    let shop = Shop::open(cluster, "reads").await?;
    let server = Tidemark::start(cluster, &shop.database).await?;
    let bare = Bare::start("http", Some(&shop.database)).await?;
    let list = format!("/api/products/?page={PAGE}&page_size=50");
    let one = format!("/api/products/{}/", shop.product);
    let pairs = [
        ("GET of 50 of 5,576 products, 32 clients", list, "/products".to_owned()),
        ("GET of one product, 32 clients", one, format!("/products/{}", shop.product)),
    ];
    for (what, address, bare_address) in pairs {
        let ours = || {
            http::requests_per_second(server.address, http::get(&address, &server.token), CLIENTS, plan.span)
        };
        let theirs =
            || http::requests_per_second(bare.address, http::get(&bare_address, ""), CLIENTS, plan.span);
        let mut rounds = Rounds::default();
        for _ in 0..plan.rounds {
            rounds.ours(ours().await?);
            rounds.bare(theirs().await?);
        }
        report.ratio(what, "requests/s", "bare axum + sqlx, the same SQL", &rounds, Target::AtLeast(5.0));
    }
    bare.stop().await?;
    server.stop().await
}

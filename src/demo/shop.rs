//! The shop whose goods the demo watches: real pages on a port of this machine, whose prices go on moving.
//!
//! It is called `shop.example`, a name that leads nowhere on the internet; this node's crawler alone is told where
//! it is. Its pages speak three dialects, as shops do: meta tags, JSON-LD, microdata.

use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use chrono::{DateTime, Utc};
use tokio::net::TcpListener;

use super::goods::{self, Goods};
use crate::app::App;
use crate::html::escaped;

/// What the shop is called.
pub(super) const NAME: &str = "shop.example";
/// How often its prices may be others, in seconds.
const SLOT_S: i64 = 600;

/// Opens the shop, until the node stops.
///
/// # Errors
/// When there is no port for it.
pub(super) async fn open(app: &App) -> anyhow::Result<()> {
    let goods = Arc::new(goods::all()?);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("the demo's shop finds no port")?;
    let address = listener.local_addr()?;
    let router = Router::new()
        .route("/", get(front_page))
        .route("/robots.txt", get(|| async { "User-agent: *\nAllow: /\n" }))
        .route("/goods/{code}", get(goods_page))
        .with_state(goods);
    let stop = app.stop.clone();
    tokio::spawn(async move {
        let serving = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned());
        if let Err(error) = serving.await {
            tracing::warn!(%error, "the demo's shop closed");
        }
    });
    app.crawler.knows_neighbour(NAME, address);
    tracing::info!("the demo's shop is at http://{address}");
    Ok(())
}

/// Which of its prices are in force at a time. They come round again after weeks, and never to those with which the
/// month that was told ends: something has always moved.
pub(super) fn slot(at: DateTime<Utc>) -> usize {
    usize::try_from(at.timestamp() / SLOT_S % 3_500).unwrap_or_default() + 20
}

async fn front_page(State(goods): State<Arc<Vec<Goods>>>) -> Html<String> {
    let link = |goods: &Goods| {
        format!("<li><a href=\"/goods/{}\">{}</a></li>", escaped(&goods.code), escaped(&goods.name))
    };
    let links: String = goods.iter().map(link).collect();
    Html(format!(
        "<!doctype html><html lang=\"zh-TW\"><title>{NAME}</title><h1>{NAME}</h1><ul>{links}</ul></html>"
    ))
}

async fn goods_page(State(goods): State<Arc<Vec<Goods>>>, Path(code): Path<String>) -> Response {
    let slot = slot(Utc::now());
    let Some((place, goods)) = goods.iter().enumerate().find(|(_, goods)| goods.code == code) else {
        return (StatusCode::NOT_FOUND, Html("<!doctype html><title>404</title>沒有這個頁面".to_owned()))
            .into_response();
    };
    let now = goods.now(place, slot);
    if now.is_gone {
        let page = "<!doctype html><html lang=\"zh-TW\"><title>商品已下架</title><p>商品已下架</p></html>";
        return Html(page.to_owned()).into_response();
    }
    let (name, price) = (escaped(&goods.name), now.price.to_string());
    let stock = if now.is_sold_out { "OutOfStock" } else { "InStock" };
    let said = match place % 3 {
        0 => format!(
            "<meta property=\"og:title\" content=\"{name}\"><meta property=\"product:price:amount\" content=\"{}\">\
             <meta property=\"product:price:currency\" content=\"TWD\">\
             <meta property=\"product:availability\" content=\"{stock}\">",
            grouped(&price)
        ),
        1 => format!(
            "<script type=\"application/ld+json\">{{\"@context\":\"https://schema.org\",\"@type\":\"Product\",\
             \"sku\":\"{code}\",\"offers\":{{\"@type\":\"Offer\",\"price\":\"{price}\",\"priceCurrency\":\"TWD\",\
             \"availability\":\"https://schema.org/{stock}\"}}}}</script>",
            code = escaped(&goods.code)
        ),
        _ => String::new(),
    };
    let shown = grouped(&price);
    Html(format!(
        "<!doctype html><html lang=\"zh-TW\"><head><title>{name}</title>{said}</head><body>\
         <main itemscope itemtype=\"https://schema.org/Product\"><h1 itemprop=\"name\">{name}</h1>\
         <p itemprop=\"offers\" itemscope itemtype=\"https://schema.org/Offer\">NT$<b itemprop=\"price\" \
         content=\"{price}\">{shown}</b><link itemprop=\"availability\" href=\"https://schema.org/{stock}\">\
         <meta itemprop=\"priceCurrency\" content=\"TWD\"></p></main></body></html>"
    ))
    .into_response()
}

/// 3280 as shops write it: 3,280.
fn grouped(price: &str) -> String {
    let mut out = String::new();
    for (index, digit) in price.chars().enumerate() {
        if index > 0 && (price.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

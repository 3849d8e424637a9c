//! The baselines that are servers: what one would write without a house around it.

use std::collections::HashMap;
use std::io::{BufRead, Write};
use std::time::SystemTime;

use anyhow::{Context, bail};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use axum::serve::ListenerExt;
use axum::{Router, routing::get};
use futures::{SinkExt, StreamExt};
use projections::listings::{BoardQuery, Filter, sorts};
use projections::products::{find_product, list_products};
use projections::{ListQuery, Page, Zone};
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::Message;
use uuid::Uuid;

/// Which bare server this process is.
pub(crate) const CHILD: &str = "REACH_BARE";

pub(crate) fn run(role: &str) -> anyhow::Result<()> {
    match role {
        "http" => crate::runtime()?.block_on(serve_http()),
        "shop" => crate::runtime()?.block_on(serve_shop()),
        // One thread, as the fastest of such servers are.
        "sockets" => {
            tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(serve_sockets())
        }
        other => bail!("no such bare server: {other}"),
    }
}

/// axum and sqlx: the same questions in the same SQL, their answers as JSON.
async fn serve_http() -> anyhow::Result<()> {
    let options: PgConnectOptions = std::env::var("DATABASE_URL")?.parse()?;
    // sqlx's own settings, and as many connections as ours has.
    let pool = PgPoolOptions::new().max_connections(tidemark::limits::POOL_CONNECTIONS);
    let pool = pool.connect_lazy_with(options.options([("search_path", "read,public")]));
    let router = Router::new()
        .route("/products", get(list))
        .route("/products/{id}", get(one))
        .route("/board", get(board))
        .with_state(pool);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let without_delay = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    Ok(axum::serve(without_delay, router).await?)
}

/// A shop: goods pages as large as shops' are, made before they are asked for.
async fn serve_shop() -> anyhow::Result<()> {
    let page = crate::crawl::page();
    let goods = get(move || {
        let page = page.clone();
        async move { ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page) }
    });
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let without_delay = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    Ok(axum::serve(without_delay, Router::new().route("/goods/{number}", goods)).await?)
}

async fn list(State(pool): State<PgPool>) -> Result<impl IntoResponse, StatusCode> {
    let query =
        ListQuery { page: Some(Page::new(Some(crate::reads::PAGE), Some(50))), ..ListQuery::default() };
    let found = list_products(&pool, &query).await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert("x-total-count", HeaderValue::from(found.total));
    Ok((headers, serde_json::to_vec(&found.items).unwrap_or_default()))
}

async fn board(
    State(pool): State<PgPool>,
    Query(asked): Query<HashMap<String, String>>,
) -> Result<impl IntoResponse, StatusCode> {
    let zone = Zone(chrono_tz::Tz::Asia__Taipei);
    let text = |name: &str| asked.get(name).map(String::as_str);
    let query = BoardQuery {
        page: Page::new(None, None),
        category: text("category").map(str::to_owned),
        filter: Filter::of(text("filter").unwrap_or_default()),
        since: zone.start_of(zone.day(chrono::Utc::now())),
        search: text("q").map(str::to_owned),
        sort_by: sorts().into_iter().find(|sort| Some(*sort) == text("sort_by")).unwrap_or("id"),
        is_descending: text("order") == Some("desc"),
    };
    let found = projections::listings::board(&pool, &query, zone).await;
    let json = serde_json::to_vec(&found.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?).unwrap_or_default();
    Ok(([(header::CONTENT_TYPE, "application/json")], json))
}

async fn one(State(pool): State<PgPool>, Path(id): Path<Uuid>) -> Result<impl IntoResponse, StatusCode> {
    let found = find_product(&pool, id).await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    let found = found.ok_or(StatusCode::NOT_FOUND)?;
    let json = serde_json::to_vec(&found.view).unwrap_or_default();
    Ok(([(header::CONTENT_TYPE, "application/json")], json))
}

/// tokio-tungstenite: whoever connects gets each line of our input, written once; the moment before goes out.
async fn serve_sockets() -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let (lines, mut told) = tokio::sync::mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if lines.send(line).is_err() {
                return;
            }
        }
    });
    let mut sinks = Vec::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let (stream, _) = accepted?;
                stream.set_nodelay(true)?;
                let (sink, mut incoming) = tokio_tungstenite::accept_async(stream).await?.split();
                sinks.push(sink);
                tokio::spawn(async move { while incoming.next().await.is_some() {} });
            }
            line = told.recv() => {
                let frame = Message::text(line.context("nobody needs us any more")?);
                let began = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
                for sink in &mut sinks {
                    sink.send(frame.clone()).await?;
                }
                println!("{}", began.as_secs_f64());
                std::io::stdout().flush()?;
            }
        }
    }
}

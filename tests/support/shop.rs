//! A shop whose pages a test writes: a real server, polite or hostile.

use std::collections::HashMap;
use std::convert::Infallible;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response, StatusCode, header};
use tidemark::config::Config;
use tokio::sync::Semaphore;

/// The fake.
pub(crate) struct Shop {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    pages: HashMap<String, Page>,
    asked: Vec<(Instant, String, HeaderMap)>,
    at_once: usize,
    most_at_once: usize,
}

/// How it answers for one path.
#[derive(Clone)]
pub(crate) enum Page {
    /// Status, headers, body.
    Answer(u16, Vec<(&'static str, String)>, Bytes),
    /// Says something for ever.
    Endless,
    /// Waits to be let through, then shows goods for 100.
    Held(Arc<Semaphore>),
}

impl Shop {
    /// A shop without pages, and without robots.txt.
    pub(crate) async fn opens() -> Self {
        let shared = Arc::<Mutex<Shared>>::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let router = Router::new().fallback(answer).with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, shared }
    }

    /// Settings that let the crawler visit it, without a pace.
    pub(crate) fn is_visited(config: &mut Config) {
        config.crawl_allow_private = true;
        config.crawl_rate_per_s = 0.0;
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// From now on the path answers like this.
    pub(crate) fn has(&self, path: &str, page: Page) {
        self.shared.lock().unwrap().pages.insert(path.to_owned(), page);
    }

    /// From now on there is this page.
    pub(crate) fn shows(&self, path: &str, html: &str) {
        self.answers(path, 200, html);
    }

    /// From now on the path answers with this status.
    pub(crate) fn answers(&self, path: &str, status: u16, html: &str) {
        let headers = vec![("content-type", "text/html".to_owned())];
        self.has(path, Page::Answer(status, headers, Bytes::from(html.to_owned())));
    }

    /// From now on the goods page of momo's kind at this path asks for so much.
    pub(crate) fn sells(&self, path: &str, price: &str) {
        self.shows(path, &goods_page(price, "in stock"));
    }

    /// From now on the path waits for a permit each time before it shows goods for 100.
    pub(crate) fn holds(&self, path: &str) -> Arc<Semaphore> {
        let gate = Arc::new(Semaphore::new(0));
        self.has(path, Page::Held(gate.clone()));
        gate
    }

    /// From now on the path leads elsewhere.
    pub(crate) fn redirects(&self, path: &str, to: &str) {
        self.has(path, Page::Answer(302, vec![("location", to.to_owned())], Bytes::new()));
    }

    /// From now on the path holds a small answer that unpacks to so many bytes.
    pub(crate) fn packs(&self, path: &str, bytes: usize) {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        let zeros = vec![b' '; 1024 * 1024];
        for _ in 0..bytes / zeros.len() {
            packed.write_all(&zeros).unwrap();
        }
        let headers = vec![("content-encoding", "gzip".to_owned()), ("content-type", "text/html".to_owned())];
        self.has(path, Page::Answer(200, headers, packed.finish().unwrap().into()));
    }

    /// When it was asked for this, and with what headers.
    pub(crate) fn asked(&self, path: &str) -> Vec<(Instant, HeaderMap)> {
        let shared = self.shared.lock().unwrap();
        let asked = shared.asked.iter().filter(|(_, asked, _)| asked == path);
        asked.map(|(at, _, headers)| (*at, headers.clone())).collect()
    }

    /// The most requests that it had to answer at once.
    pub(crate) fn most_at_once(&self) -> usize {
        self.shared.lock().unwrap().most_at_once
    }
}

/// A goods page as momo's are.
pub(crate) fn goods_page(price: &str, availability: &str) -> String {
    format!(
        "<html lang=\"zh-TW\"><head><meta property=\"og:title\" content=\"面膜\">\
         <meta property=\"product:price:amount\" content=\"{price}\">\
         <meta property=\"product:price:currency\" content=\"TWD\">\
         <meta property=\"product:availability\" content=\"{availability}\"></head><body>面膜</body></html>"
    )
}

async fn answer(State(shared): State<Arc<Mutex<Shared>>>, request: Request) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let page = {
        let mut shared = shared.lock().unwrap();
        shared.asked.push((Instant::now(), path.clone(), request.headers().clone()));
        shared.at_once += 1;
        shared.most_at_once = shared.most_at_once.max(shared.at_once);
        shared.pages.get(&path).cloned()
    };
    // Long enough that requests at once meet here.
    tokio::time::sleep(Duration::from_millis(5)).await;
    shared.lock().unwrap().at_once -= 1;
    match page {
        None => response(404, &[], "no such page".into()),
        Some(Page::Held(gate)) => {
            gate.acquire().await.expect("the gate is there").forget();
            let headers = [("content-type", "text/html".to_owned())];
            response(200, &headers, Body::from(goods_page("100", "in stock")))
        }
        Some(Page::Endless) => {
            let parts =
                futures::stream::repeat_with(|| Ok::<_, Infallible>(Bytes::from_static(&[b'x'; 64 * 1024])));
            response(200, &[("content-type", "text/html".to_owned())], Body::from_stream(parts))
        }
        Some(Page::Answer(status, headers, body)) => {
            let etag = headers.iter().find(|(name, _)| *name == "etag").map(|(_, value)| value);
            let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
            if etag.is_some_and(|etag| Some(etag.as_str()) == known) {
                return response(304, &headers, Body::empty());
            }
            response(status, &headers, Body::from(body))
        }
    }
}

fn response(status: u16, headers: &[(&'static str, String)], body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    for (name, value) in headers {
        response.headers_mut().insert(*name, value.parse().unwrap());
    }
    response
}

//! Writers over HTTP who remember what was acknowledged, and hold the house to it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::{Actor, Thing, eventually};

/// Somebody with a brand of their own, who describes it again and again and adds products to it.
#[derive(Clone)]
pub(super) struct Writer {
    brand: Thing,
    /// Descriptions are these numbers, one after the other.
    described: u64,
    /// Products that were acknowledged, by name, with their ids.
    products: BTreeMap<String, String>,
    /// What was asked for last without an answer: it may have happened.
    unanswered: Option<Asked>,
    round: u64,
}

#[derive(Clone, Debug, PartialEq)]
enum Asked {
    Description(u64),
    Product(String),
}

impl Writer {
    pub(super) async fn begins(actor: &Actor, number: usize) -> Self {
        let brand = actor.creates_brand(&format!("Brand {number}")).await;
        Self { brand, described: 0, products: BTreeMap::new(), unanswered: None, round: 0 }
    }

    /// Writes until the server is gone; counts what was acknowledged.
    async fn writes(mut self, actor: Actor, acknowledged: Arc<AtomicUsize>) -> Self {
        self.settles(&actor).await;
        loop {
            let is_done = match self.round % 3 {
                0 => self.adds_product(&actor, format!("{}-{}", self.brand.id, self.round)).await,
                _ => self.describes(&actor, self.described + 1).await,
            };
            if !is_done {
                return self;
            }
            self.round += 1;
            acknowledged.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Asks again for what had no answer; the key makes that harmless.
    async fn settles(&mut self, actor: &Actor) {
        let is_settled = match self.unanswered.take() {
            None => true,
            Some(Asked::Description(number)) => self.describes(actor, number).await,
            Some(Asked::Product(name)) => {
                self.round += 1;
                self.adds_product(actor, name).await
            }
        };
        assert!(is_settled, "the server answers after its start");
    }

    async fn describes(&mut self, actor: &Actor, number: u64) -> bool {
        self.unanswered = Some(Asked::Description(number));
        let body = json!({ "description": number.to_string() });
        if is_ok(actor.request(Method::PATCH, &self.brand.path).json(&body)).await.is_none() {
            return false;
        }
        (self.described, self.unanswered) = (number, None);
        true
    }

    async fn adds_product(&mut self, actor: &Actor, name: String) -> bool {
        self.unanswered = Some(Asked::Product(name.clone()));
        let body = json!({ "brand": self.brand.id, "name": name, "dataset_id": "data" });
        let request =
            actor.request(Method::POST, "/api/products/").header("idempotency-key", &name).json(&body);
        let Some(product) = is_ok(request).await else { return false };
        self.unanswered = None;
        self.products.insert(name, product["data"]["id"].as_str().unwrap().to_owned());
        true
    }
}

/// The answer if it is a success; none if there is no answer, or one that says "not now".
async fn is_ok(request: reqwest::RequestBuilder) -> Option<Value> {
    let response = request.send().await.ok()?;
    let status = response.status();
    let body = response.bytes().await.ok()?;
    if status == 503 {
        return None;
    }
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
    Some(serde_json::from_slice(&body).unwrap())
}

/// Sixteen of them.
pub(super) struct Crowd(Vec<Writer>);

impl Crowd {
    pub(super) async fn begins(actor: &Actor) -> Self {
        let mut writers = Vec::new();
        for number in 0..16 {
            writers.push(Writer::begins(actor, number).await);
        }
        Self(writers)
    }

    /// Everybody writes; `disaster` strikes once `count` writes were acknowledged.
    pub(super) async fn writes_until<F: Future<Output = ()>>(
        &mut self,
        actor: &Actor,
        count: usize,
        disaster: F,
    ) {
        let acknowledged = Arc::new(AtomicUsize::new(0));
        let mut writing = JoinSet::new();
        for writer in self.0.drain(..) {
            writing.spawn(writer.writes(actor.clone(), acknowledged.clone()));
        }
        eventually("enough was written", || async {
            (acknowledged.load(Ordering::Relaxed) >= count).then_some(())
        })
        .await;
        disaster.await;
        self.0 = writing.join_all().await;
    }

    /// Every acknowledged write is there exactly once, in reads, audit and feed.
    pub(super) async fn is_told_the_truth(&self, actor: &Actor) {
        let log = whole_log(actor).await;
        let mut created: HashMap<&str, usize> = HashMap::new();
        let mut described: HashMap<&str, Vec<u64>> = HashMap::new();
        for event in &log {
            if event["type"] == "ProductCreated" {
                *created.entry(event["data"]["details"]["name"].as_str().unwrap()).or_default() += 1;
            }
            if let Some(number) = event["data"]["changes"]["description"].as_str() {
                described.entry(event["id"].as_str().unwrap()).or_default().push(number.parse().unwrap());
            }
        }
        let listed = actor.get("/api/products/").await.data();
        let listed: HashMap<&str, &str> = listed
            .as_array()
            .unwrap()
            .iter()
            .map(|product| (product["name"].as_str().unwrap(), product["id"].as_str().unwrap()))
            .collect();
        let mut acknowledged = 0;
        for writer in &self.0 {
            acknowledged += writer.products.len();
            for (name, id) in &writer.products {
                assert_eq!(created.get(name.as_str()), Some(&1), "{name} is in the feed once");
                assert_eq!(listed.get(name.as_str()), Some(&id.as_str()), "{name} is in the list");
            }
            writer.is_told_the_truth(actor, described.get(writer.brand.id.as_str())).await;
        }
        let unanswered = |writer: &&Writer| matches!(writer.unanswered, Some(Asked::Product(_)));
        let most = acknowledged + self.0.iter().filter(unanswered).count();
        assert!((acknowledged..=most).contains(&listed.len()), "nothing is there that nobody asked for");
        assert!(created.values().all(|count| *count == 1), "nothing was done twice");
    }
}

impl Writer {
    async fn is_told_the_truth(&self, actor: &Actor, in_feed: Option<&Vec<u64>>) {
        let audit = actor.get(&format!("/api/audit/brands/{}?limit=1000", self.brand.id)).await.data();
        assert!(audit["next"].is_null(), "the test reads the whole audit");
        let events = audit["events"].as_array().unwrap();
        let in_audit: Vec<u64> = events
            .iter()
            .filter_map(|event| event["data"]["changes"]["description"].as_str())
            .map(|number| number.parse().unwrap())
            .collect();
        assert_eq!(in_audit, in_feed.cloned().unwrap_or_default());
        let last = in_audit.last().copied().unwrap_or(0);
        assert!(in_audit.iter().copied().eq(1..=last), "each description once, in order: {in_audit:?}");
        let may_be =
            self.described + u64::from(self.unanswered == Some(Asked::Description(self.described + 1)));
        assert!((self.described..=may_be).contains(&last), "{last} for {} to {may_be}", self.described);
        let shown = actor.sees(&self.brand).await;
        assert_eq!(shown["description"].as_str(), (last > 0).then(|| last.to_string()).as_deref());
    }
}

/// Every event, page by page; positions have no gap.
async fn whole_log(actor: &Actor) -> Vec<Value> {
    let mut log: Vec<Value> = Vec::new();
    loop {
        let page = actor.get(&format!("/api/events?after={}&limit=1000", log.len())).await.data();
        let events = page["events"].as_array().unwrap();
        if events.is_empty() {
            assert_eq!(page["head"], log.len(), "the head is the last position");
            return log;
        }
        for event in events {
            assert_eq!(event["position"], log.len() + 1, "positions are 1..n without a gap");
            log.push(event.clone());
        }
    }
}

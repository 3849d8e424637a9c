//! History for people outside the house: NDJSON in which every line holds the hash of the one before.
//!
//! The first line says what was asked for, the last how many events there are, so that neither end can be cut
//! off unnoticed. A line's `hash` is the SHA-256 of the previous line's hash and the line without its own.

use aggregates::brands::Brand;
use aggregates::campaigns::Campaign;
use aggregates::crawl_runs::CrawlRun;
use aggregates::imports::Import;
use aggregates::listings::Listing;
use aggregates::products::Product;
use aggregates::sales::SalesDay;
use aggregates::stockouts::StockoutBatch;
use aggregates::users::User;
use aggregates::vendor_mails::VendorMail;
use aggregates::vendors::Vendor;
use aggregates::{Decider, Recorded};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::actor_names;
use crate::event_store::{FeedFilter, Store, StreamFilter};
use crate::limits;

/// The hash that the first line follows.
const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What is exported, page after page.
pub struct Exported<'a> {
    store: &'a Store,
    kind: &'static str,
    id: Option<String>,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
    after: i64,
    previous: String,
    events: u64,
    part: Part,
}

enum Part {
    Header,
    Events,
    Over,
}

/// The streams that have an audit: the word that addresses and exports have for them, and their kind.
pub const KINDS: [(&str, &str); 11] = [
    ("campaigns", Campaign::KIND),
    ("brands", Brand::KIND),
    ("products", Product::KIND),
    ("listings", Listing::KIND),
    ("users", User::KIND),
    ("vendors", Vendor::KIND),
    ("stockout-batches", StockoutBatch::KIND),
    ("vendor-mails", VendorMail::KIND),
    ("imports", Import::KIND),
    ("sales-days", SalesDay::KIND),
    ("crawl-runs", CrawlRun::KIND),
];

impl<'a> Exported<'a> {
    /// An export of the things of a kind, or of one of them; none: no such kind.
    pub fn new(
        store: &'a Store,
        kind: &str,
        id: Option<String>,
        from: Option<DateTime<Utc>>,
        to: Option<DateTime<Utc>>,
    ) -> Option<Self> {
        let (_, kind) = KINDS.iter().find(|(word, stream)| *word == kind || *stream == kind)?;
        Some(Self {
            store,
            kind,
            id,
            from,
            to,
            after: 0,
            previous: BEGINNING.into(),
            events: 0,
            part: Part::Header,
        })
    }

    /// The next lines; none when everything was given.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn next_page(&mut self) -> sqlx::Result<Option<Vec<u8>>> {
        match self.part {
            Part::Header => {
                self.part = Part::Events;
                let time = |time: Option<DateTime<Utc>>| {
                    time.map(|time| time.to_rfc3339_opts(SecondsFormat::AutoSi, true))
                };
                let header = json!({
                    "tidemark_audit": 1, "epoch": self.store.feed().epoch(), "kind": self.kind, "id": self.id,
                    "from": time(self.from), "to": time(self.to),
                });
                Ok(Some(self.line(header)))
            }
            Part::Events => {
                let (page, is_last) = self.read().await?;
                let mut lines: Vec<u8> = Vec::new();
                for event in &page {
                    self.events += 1;
                    lines.extend(self.line(fields(event)));
                }
                if is_last {
                    self.part = Part::Over;
                    lines.extend(self.line(json!({ "end": true, "events": self.events })));
                }
                Ok(Some(lines))
            }
            Part::Over => Ok(None),
        }
    }

    async fn read(&mut self) -> sqlx::Result<(Vec<Recorded>, bool)> {
        let limit = limits::EVENTS_PAGE_MAX;
        let mut page = match &self.id {
            Some(id) => {
                let filter = StreamFilter {
                    after: self.after,
                    from: self.from,
                    to: self.to,
                    types: Vec::new(),
                    limit,
                };
                self.store.stream_page(self.kind, id, &filter).await?
            }
            None => {
                let filter =
                    FeedFilter { after: self.after, kind: Some(self.kind.into()), event_type: None, limit };
                self.store.feed_page(&filter).await?
            }
        };
        let is_last = (page.len() as i64) < limit;
        self.after = page.last().map_or(self.after, |event| event.position);
        page.retain(|event| {
            self.from.is_none_or(|from| event.recorded_at >= from)
                && self.to.is_none_or(|to| event.recorded_at <= to)
        });
        actor_names::name(self.store.pool(), &mut page).await?;
        Ok((page, is_last))
    }

    fn line(&mut self, fields: Value) -> Vec<u8> {
        let Value::Object(mut fields) = fields else { return Vec::new() };
        fields.insert("previous".into(), self.previous.clone().into());
        self.previous = hash(&fields);
        fields.insert("hash".into(), self.previous.clone().into());
        let mut line = Value::Object(fields).to_string().into_bytes();
        line.push(b'\n');
        line
    }
}

fn fields(event: &Recorded) -> Value {
    json!({
        "position": event.position,
        "kind": &*event.aggregate_type,
        "id": &*event.aggregate_id,
        "sequence": event.sequence,
        "type": &*event.event_type,
        "version": &*event.event_version,
        "at": event.recorded_at.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        "actor": event.metadata.actor,
        "correlation_id": event.metadata.correlation_id,
        "payload": event.payload.get(),
    })
}

/// Keys are sorted by the map, so the text is the same wherever it is written.
fn hash(fields: &Map<String, Value>) -> String {
    let text = Value::Object(fields.clone()).to_string();
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Checks an exported file, line after line, without the database.
#[derive(Default)]
pub struct Chain {
    previous: Option<String>,
    lines: u64,
    events: u64,
    position: i64,
    is_over: bool,
}

impl Chain {
    /// Takes the next line in.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&mut self, line: &str) -> Result<(), String> {
        if self.is_over {
            return Err("nothing may follow the end".into());
        }
        let mut fields: Map<String, Value> =
            serde_json::from_str(line).map_err(|error| format!("it is no JSON object: {error}"))?;
        let told = fields.remove("hash").ok_or("it has no hash")?;
        let expected = self.previous.as_deref().unwrap_or(BEGINNING);
        if fields.get("previous").and_then(Value::as_str) != Some(expected) {
            return Err("it does not follow the line before".into());
        }
        let hash = hash(&fields);
        if told.as_str() != Some(&hash) {
            return Err("its content does not fit its hash".into());
        }
        if self.lines == 0 && !fields.contains_key("tidemark_audit") {
            return Err("the file does not begin with its header".into());
        }
        if let Some(position) = fields.get("position").and_then(Value::as_i64) {
            if position <= self.position {
                return Err("its position is not after the one before".into());
            }
            self.position = position;
            self.events += 1;
        }
        if fields.contains_key("end") {
            if fields.get("events").and_then(Value::as_u64) != Some(self.events) {
                return Err(format!("it tells another number of events than the {} before it", self.events));
            }
            self.is_over = true;
        }
        self.previous = Some(hash);
        self.lines += 1;
        Ok(())
    }

    /// What a whole file holds.
    ///
    /// # Errors
    /// When its end is missing.
    pub fn summary(&self) -> anyhow::Result<String> {
        anyhow::ensure!(
            self.is_over,
            "line {} is broken: the end of the file is missing from there on",
            self.lines + 1
        );
        Ok(format!("{} events", self.events))
    }
}

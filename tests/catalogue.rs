//! docs/events.md is made from the code: the slices' lists of events, their comments, the committed samples.
//!
//! After a change of events run this with `TIDEMARK_ACCEPT=1`: it writes the file anew.

use std::fmt::Write;

use aggregates::Decider;
use aggregates::alerts::{Alert, AlertEvent, AlertRule, AlertRuleEvent};
use aggregates::brands::{Brand, BrandEvent};
use aggregates::campaigns::{Campaign, CampaignEvent};
use aggregates::copywriting::{Generation, GenerationEvent, Trending, TrendingEvent};
use aggregates::crawl_runs::{CrawlRun, CrawlRunEvent};
use aggregates::imports::{Import, ImportEvent};
use aggregates::listings::{Listing, ListingEvent};
use aggregates::notifications::{Chat, ChatEvent, Digests, DigestsEvent, Notification, NotificationEvent};
use aggregates::observations::{Observations, ObservationsEvent};
use aggregates::products::{Product, ProductEvent};
use aggregates::sales::{SalesDay, SalesEvent};
use aggregates::stockouts::{StockoutBatch, StockoutEvent};
use aggregates::templates::{Template, TemplateEvent};
use aggregates::users::{User, UserEvent};
use aggregates::vendor_mails::{VendorMail, VendorMailEvent};
use aggregates::vendors::{Vendor, VendorEvent};
use serde_json::Value;

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/events.md");
const SAMPLES: &str = include_str!("../aggregates/tests/wire/events.json");

const PREAMBLE: &str = "\
<!-- Made from the code by tests/catalogue.rs: run `TIDEMARK_ACCEPT=1 cargo test --test it catalogue` after a change. -->

# Events

Everything that may have happened, as it stands on the log.
A stored payload is `{\"<event>\": {…}}`; the samples below show what is inside.
An event, once released, keeps its name and its meaning; a new form of it gets a new version and an upcaster.

Beside its payload an event has a `position` in the log, a `sequence` in its stream, the time it was recorded, and its metadata: the actor, the correlation id (the request's), the causation, the source (`http`, `poll`, `cli`, `start`, `demo`) and tags that name the brands it concerns.

Of `changes` only those fields are there that changed; null is a value.
Decimals are strings, instants RFC 3339 in UTC.
";

/// A slice's events: their stream, their names and versions, and the source that describes them.
struct Slice {
    title: &'static str,
    kind: &'static str,
    wire: &'static [(&'static str, &'static str)],
    source: &'static str,
}

const SLICES: [Slice; 20] = [
    Slice {
        title: "Brands",
        kind: Brand::KIND,
        wire: BrandEvent::WIRE,
        source: include_str!("../aggregates/src/brands/mod.rs"),
    },
    Slice {
        title: "Products",
        kind: Product::KIND,
        wire: ProductEvent::WIRE,
        source: include_str!("../aggregates/src/products/mod.rs"),
    },
    Slice {
        title: "Campaigns",
        kind: Campaign::KIND,
        wire: CampaignEvent::WIRE,
        source: include_str!("../aggregates/src/campaigns/mod.rs"),
    },
    Slice {
        title: "Listings",
        kind: Listing::KIND,
        wire: ListingEvent::WIRE,
        source: include_str!("../aggregates/src/listings/mod.rs"),
    },
    Slice {
        title: "Observations",
        kind: Observations::KIND,
        wire: ObservationsEvent::WIRE,
        source: include_str!("../aggregates/src/observations/mod.rs"),
    },
    Slice {
        title: "Alert rules",
        kind: AlertRule::KIND,
        wire: AlertRuleEvent::WIRE,
        source: include_str!("../aggregates/src/alerts/rule.rs"),
    },
    Slice {
        title: "Alerts",
        kind: Alert::KIND,
        wire: AlertEvent::WIRE,
        source: include_str!("../aggregates/src/alerts/record.rs"),
    },
    Slice {
        title: "Sales",
        kind: SalesDay::KIND,
        wire: SalesEvent::WIRE,
        source: include_str!("../aggregates/src/sales/mod.rs"),
    },
    Slice {
        title: "Notifications",
        kind: Notification::KIND,
        wire: NotificationEvent::WIRE,
        source: include_str!("../aggregates/src/notifications/mod.rs"),
    },
    Slice {
        title: "Chats",
        kind: Chat::KIND,
        wire: ChatEvent::WIRE,
        source: include_str!("../aggregates/src/notifications/chat.rs"),
    },
    Slice {
        title: "Price digests",
        kind: Digests::KIND,
        wire: DigestsEvent::WIRE,
        source: include_str!("../aggregates/src/notifications/digest.rs"),
    },
    Slice {
        title: "Templates",
        kind: Template::KIND,
        wire: TemplateEvent::WIRE,
        source: include_str!("../aggregates/src/templates/mod.rs"),
    },
    Slice {
        title: "Users",
        kind: User::KIND,
        wire: UserEvent::WIRE,
        source: include_str!("../aggregates/src/users/mod.rs"),
    },
    Slice {
        title: "Vendors",
        kind: Vendor::KIND,
        wire: VendorEvent::WIRE,
        source: include_str!("../aggregates/src/vendors/mod.rs"),
    },
    Slice {
        title: "Stockouts",
        kind: StockoutBatch::KIND,
        wire: StockoutEvent::WIRE,
        source: include_str!("../aggregates/src/stockouts/mod.rs"),
    },
    Slice {
        title: "Mails to vendors",
        kind: VendorMail::KIND,
        wire: VendorMailEvent::WIRE,
        source: include_str!("../aggregates/src/vendor_mails/mod.rs"),
    },
    Slice {
        title: "Imports",
        kind: Import::KIND,
        wire: ImportEvent::WIRE,
        source: include_str!("../aggregates/src/imports/mod.rs"),
    },
    Slice {
        title: "Crawl runs",
        kind: CrawlRun::KIND,
        wire: CrawlRunEvent::WIRE,
        source: include_str!("../aggregates/src/crawl_runs/mod.rs"),
    },
    Slice {
        title: "Copywriting",
        kind: Generation::KIND,
        wire: GenerationEvent::WIRE,
        source: include_str!("../aggregates/src/copywriting/mod.rs"),
    },
    Slice {
        title: "Trending",
        kind: Trending::KIND,
        wire: TrendingEvent::WIRE,
        source: include_str!("../aggregates/src/copywriting/trending.rs"),
    },
];

/// What the source says of an event and of its fields.
struct Described {
    meaning: String,
    fields: Vec<(String, String)>,
}

/// Reads the comments of the variant `event`, as rustfmt lays them out.
fn described(source: &str, event: &str) -> Described {
    let mut comment = String::new();
    let mut found: Option<Described> = None;
    let events = source.split_once("Event {").expect("the slice has an enum of events").1;
    for line in events.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("///") {
            if !comment.is_empty() {
                comment.push(' ');
            }
            comment.push_str(text.trim());
            continue;
        }
        if line.starts_with("#[") {
            continue;
        }
        let said = std::mem::take(&mut comment);
        match &mut found {
            None if line.strip_prefix(event).is_some_and(|rest| rest.starts_with(" {")) => {
                found = Some(Described { meaning: said, fields: Vec::new() });
                if line.ends_with("},") {
                    break;
                }
            }
            Some(_) if line == "}," => break,
            Some(described) => {
                let name = line.split_once(':').expect("a field has a type").0;
                described.fields.push((name.to_owned(), said));
            }
            None => {}
        }
    }
    found.expect("every event is in its enum")
}

/// A comment says "It began."; here nobody sees whose it is.
fn of_a(kind: &str, meaning: &str) -> String {
    let mut letters = meaning.chars();
    let first = letters.next().map(|first| first.to_lowercase().to_string()).unwrap_or_default();
    format!("Of a {kind}: {first}{}", letters.as_str())
}

fn sample(kind: &str, event: &str, version: &str) -> String {
    let samples: Vec<Value> = serde_json::from_str(SAMPLES).expect("events.json is a list");
    let is_its = |sample: &&Value| {
        (sample["kind"].as_str(), sample["name"].as_str(), sample["version"].as_str())
            == (Some(kind), Some(event), Some(version))
    };
    let first = samples.iter().find(is_its).expect("every event has a sample");
    serde_json::to_string_pretty(&first["payload"][event]).expect("JSON stays JSON")
}

fn document() -> String {
    let mut text = PREAMBLE.to_owned();
    for Slice { title, kind, wire, source } in SLICES {
        write!(text, "\n## {title}\n\nStreams of kind `{kind}`.\n").expect("a string takes all");
        for (event, version) in wire {
            let Described { meaning, fields } = described(source, event);
            let meaning = of_a(kind, &meaning);
            write!(text, "\n### {event}\n\n{meaning}\nVersion {version}.\n").expect("a string takes all");
            for (index, (name, meaning)) in fields.iter().enumerate() {
                let gap = if index == 0 { "\n" } else { "" };
                writeln!(text, "{gap}* `{name}`: {meaning}").expect("a string takes all");
            }
            let sample = sample(kind, event, version);
            write!(text, "\n```json\n{sample}\n```\n").expect("a string takes all");
        }
    }
    text
}

#[test]
fn the_catalogue_of_events_is_up_to_date() {
    let made = document();
    if std::env::var_os("TIDEMARK_ACCEPT").is_some() {
        std::fs::write(COMMITTED, &made).expect("docs/events.md can be written");
    }
    let committed = std::fs::read_to_string(COMMITTED).unwrap_or_default();
    assert!(committed == made, "docs/events.md is out of date: run this test with TIDEMARK_ACCEPT=1");
}

#[test]
fn every_event_and_field_is_described() {
    for Slice { wire, source, .. } in SLICES {
        for (event, _) in wire {
            let Described { meaning, fields } = described(source, event);
            assert!(!meaning.is_empty(), "{event} has no meaning");
            assert!(fields.iter().all(|(_, meaning)| !meaning.is_empty()), "{event} has a silent field");
        }
    }
}

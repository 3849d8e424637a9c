//! What is on the log stays readable (docs/architecture.md, invariant 4): a sample of every event, as it
//! is stored, is committed in `wire/events.json`. That file only grows.
//!
//! A new event, or a new version of one: build its sample in `wire/samples.rs` and run this with
//! `TIDEMARK_ACCEPT=1`. Samples of older versions stay in the file and must stay readable.
#![expect(clippy::expect_used, reason = "a broken sample fails the test that reads it")]

#[path = "wire/alerts.rs"]
mod alert_samples;
#[path = "wire/sales.rs"]
mod sales;
#[path = "wire/samples.rs"]
mod samples;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use aggregates::alerts::{AlertEvent, AlertRuleEvent};
use aggregates::brands::BrandEvent;
use aggregates::campaigns::CampaignEvent;
use aggregates::copywriting::{GenerationEvent, TrendingEvent};
use aggregates::crawl_runs::CrawlRunEvent;
use aggregates::imports::ImportEvent;
use aggregates::listings::ListingEvent;
use aggregates::notifications::{ChatEvent, DigestsEvent, NotificationEvent};
use aggregates::observations::ObservationsEvent;
use aggregates::products::ProductEvent;
use aggregates::sales::SalesEvent;
use aggregates::stockouts::StockoutEvent;
use aggregates::templates::TemplateEvent;
use aggregates::users::UserEvent;
use aggregates::vendor_mails::VendorMailEvent;
use aggregates::vendors::VendorEvent;
use aggregates::{Decider, Fact, Metadata, Recorded};
use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One event as it stands on the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Sample {
    kind: String,
    name: String,
    version: String,
    /// Which of the event's samples: `full`, `bare`.
    sample: String,
    payload: Value,
}

impl Sample {
    fn of<A: Decider>(sample: &str, event: &A::Event) -> Self {
        Self {
            kind: A::KIND.to_owned(),
            name: event.event_type(),
            version: event.event_version(),
            sample: sample.to_owned(),
            payload: serde_json::to_value(event).expect("an event serialises"),
        }
    }

    /// Whether both are meant to be the same sample.
    fn is_named_like(&self, other: &Self) -> bool {
        (&self.kind, &self.name, &self.version, &self.sample)
            == (&other.kind, &other.name, &other.version, &other.sample)
    }

    fn recorded(&self) -> Recorded {
        let payload = serde_json::value::to_raw_value(&self.payload).expect("JSON stays JSON");
        Recorded::new(
            1,
            self.kind.as_str().into(),
            "1".into(),
            1,
            self.name.as_str().into(),
            self.version.as_str().into(),
            payload,
            Metadata::default(),
            chrono::DateTime::UNIX_EPOCH,
        )
    }
}

/// What is committed; where it was asked for, with the samples of new events after it.
static COMMITTED: LazyLock<Vec<Sample>> = LazyLock::new(|| {
    let mut committed: Vec<Sample> =
        serde_json::from_str(include_str!("wire/events.json")).expect("events.json is a list of samples");
    if is_accepting() {
        committed.extend(new_to(&committed));
        write_down(&committed);
    }
    committed
});

#[expect(clippy::disallowed_methods, reason = "the person at the keyboard says that an event is new")]
fn is_accepting() -> bool {
    std::env::var_os("TIDEMARK_ACCEPT").is_some()
}

#[expect(clippy::disallowed_methods, reason = "accepting a new event writes its sample down")]
fn write_down(samples: &[Sample]) {
    let json = serde_json::to_string_pretty(samples).expect("samples serialise");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/wire/events.json");
    std::fs::write(path, json + "\n").expect("events.json is writable");
}

fn built() -> Vec<Sample> {
    samples::all().into_iter().map(|(sample, _)| sample).collect()
}

/// The samples built here that `committed` lacks.
fn new_to(committed: &[Sample]) -> Vec<Sample> {
    built().into_iter().filter(|sample| !committed.iter().any(|known| known.is_named_like(sample))).collect()
}

/// Every event's name with its current version.
fn current() -> BTreeSet<(&'static str, &'static str)> {
    [
        BrandEvent::WIRE,
        ProductEvent::WIRE,
        CampaignEvent::WIRE,
        ListingEvent::WIRE,
        ObservationsEvent::WIRE,
        AlertRuleEvent::WIRE,
        AlertEvent::WIRE,
        NotificationEvent::WIRE,
        ChatEvent::WIRE,
        DigestsEvent::WIRE,
        TemplateEvent::WIRE,
        UserEvent::WIRE,
        SalesEvent::WIRE,
        VendorEvent::WIRE,
        StockoutEvent::WIRE,
        VendorMailEvent::WIRE,
        ImportEvent::WIRE,
        GenerationEvent::WIRE,
        TrendingEvent::WIRE,
        CrawlRunEvent::WIRE,
    ]
    .concat()
    .into_iter()
    .collect()
}

#[test]
fn every_event_keeps_its_wire_form() {
    let (built, current) = (built(), current());
    for known in COMMITTED.iter().filter(|known| current.contains(&(&known.name, &known.version))) {
        let Some(again) = built.iter().find(|sample| sample.is_named_like(known)) else {
            panic!("the sample {} of {} vanished from wire/samples.rs", known.sample, known.name);
        };
        assert_eq!(
            again.payload, known.payload,
            "{} {} is on the log in another form: give the event a new version and an upcaster",
            known.name, known.version
        );
    }
}

#[test]
fn a_new_event_is_accepted_by_hand() {
    let new: Vec<_> = new_to(&COMMITTED).into_iter().map(|new| (new.name, new.version, new.sample)).collect();
    assert!(new.is_empty(), "new on the wire: {new:?}; run with TIDEMARK_ACCEPT=1 to append them");
}

#[test]
fn every_event_has_a_sample_and_no_event_vanished() {
    let sampled: BTreeSet<_> =
        COMMITTED.iter().map(|sample| (sample.name.as_str(), sample.version.as_str())).collect();
    let missing: Vec<_> = current().difference(&sampled).copied().collect();
    assert!(missing.is_empty(), "no sample in wire/samples.rs: {missing:?}");
    let names: BTreeSet<_> = current().into_iter().map(|(name, _)| name).collect();
    let vanished: Vec<_> = sampled.iter().filter(|(name, _)| !names.contains(name)).collect();
    assert!(vanished.is_empty(), "on the log, yet in no WIRE list: {vanished:?}");
}

#[test]
fn every_sample_is_read_back_as_the_same_event() {
    for (sample, fact) in samples::all() {
        assert_eq!(*sample.recorded().fact(), fact, "{}", sample.name);
    }
}

#[test]
fn whatever_was_ever_committed_is_readable() {
    for sample in COMMITTED.iter() {
        let recorded = sample.recorded();
        let fact = recorded.fact();
        assert!(!matches!(fact, Fact::Unreadable(_)), "{} {}: {fact:?}", sample.name, sample.version);
    }
}

#[test]
fn the_name_on_the_wire_is_the_key_of_the_payload() {
    for sample in COMMITTED.iter() {
        let keys: Vec<_> = sample.payload.as_object().expect("an object").keys().collect();
        assert_eq!(keys, [&sample.name]);
    }
}

#[test]
fn samples_are_told_apart_by_their_names() {
    for samples in [&*COMMITTED, &built()] {
        for (index, sample) in samples.iter().enumerate() {
            let is_repeated = samples[..index].iter().any(|other| other.is_named_like(sample));
            assert!(!is_repeated, "two samples are called {} {}", sample.name, sample.sample);
        }
    }
}

#[test]
fn names_are_unique_across_slices() {
    let lists = [
        BrandEvent::WIRE,
        ProductEvent::WIRE,
        CampaignEvent::WIRE,
        ListingEvent::WIRE,
        ObservationsEvent::WIRE,
        AlertRuleEvent::WIRE,
        AlertEvent::WIRE,
        NotificationEvent::WIRE,
        ChatEvent::WIRE,
        DigestsEvent::WIRE,
        TemplateEvent::WIRE,
        UserEvent::WIRE,
        SalesEvent::WIRE,
        VendorEvent::WIRE,
        StockoutEvent::WIRE,
        VendorMailEvent::WIRE,
        ImportEvent::WIRE,
        GenerationEvent::WIRE,
        TrendingEvent::WIRE,
        CrawlRunEvent::WIRE,
    ];
    assert_eq!(current().len(), lists.concat().len());
}

#[test]
fn an_event_of_a_stranger_is_a_value_and_no_panic() {
    let mut sample = built().remove(0);
    sample.payload = serde_json::json!({"BrandPainted": {"colour": "red"}});
    assert!(matches!(sample.recorded().fact(), Fact::Unreadable(reason) if reason.contains("BrandPainted")));
    sample.kind = "weather".to_owned();
    assert!(matches!(sample.recorded().fact(), Fact::Unreadable(reason) if reason.contains("weather")));
}

#[test]
fn passwords_and_tokens_are_no_part_of_an_event() {
    let json = serde_json::to_string(&*COMMITTED).expect("samples serialise").to_lowercase();
    assert!(json.contains("username"), "users are among the samples");
    // That one was changed, and how many a model read, may be told.
    for secret in ["password", "token", "hash", "secret"] {
        assert!(!json.contains(&format!("{secret}\":")), "{secret}");
    }
}

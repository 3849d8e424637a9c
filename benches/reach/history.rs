//! Made-up pasts: events as the store takes them in.

use std::sync::Arc;

use aggregates::campaigns::{CampaignDetails, CampaignEvent, CreatorPatch, Results, ResultsPatch};
use aggregates::products::{ProductDetails, ProductEvent};
use aggregates::values::Status;
use aggregates::{Actor, Metadata};
use anyhow::Context;
use cqrs_es::DomainEvent;
use rust_decimal::Decimal;
use serde_json::value::to_raw_value;
use tidemark::event_store::append::{NewEvent, Request, StreamAppend};
use uuid::Uuid;

/// Events of one visit to a campaign.
pub(crate) const VISIT_EVENTS: usize = 5;
/// Visits to one campaign, from its beginning to its end.
pub(crate) const VISITS: usize = 5;
/// Creators of one campaign.
pub(crate) const CREATORS: usize = 8;

pub(crate) fn stream<E: DomainEvent>(
    kind: &'static str,
    id: Uuid,
    expected: i64,
    events: &[E],
) -> anyhow::Result<StreamAppend> {
    let events = events.iter().map(|event| {
        anyhow::Ok(NewEvent {
            event_type: event.event_type().into(),
            event_version: event.event_version().into(),
            payload: to_raw_value(event)?,
        })
    });
    Ok(StreamAppend { kind, id: id.to_string().into(), expected, events: events.collect::<Result<_, _>>()? })
}

pub(crate) fn request(streams: Vec<StreamAppend>, tags: Vec<String>) -> Request {
    let metadata = Metadata {
        actor: Actor { user_id: Some(7), name: "manager".to_owned() },
        correlation_id: Uuid::now_v7().to_string(),
        causation: None,
        source: "bench".to_owned(),
        tags,
    };
    Request { streams, claims: Vec::new(), key: None, metadata: Arc::new(metadata) }
}

/// What a poll of the `number`-th campaign reports at its `visit`-th time.
pub(crate) fn visit(number: usize, visit: usize) -> anyhow::Result<Request> {
    let (id, brand) = (time_ordered(number), time_ordered(number / 100));
    let events: Vec<CampaignEvent> = match visit {
        0 => vec![
            CampaignEvent::CampaignCreated {
                id,
                brand,
                details: campaign(number),
                status: Status::Pending,
                results: Results::default(),
            },
            moved(Status::Pending, Status::Accepted),
            CampaignEvent::CampaignProductLinked { product_id: time_ordered(number / 10) },
            creator(number, visit, 0),
            creator(number, visit, 1),
        ],
        1 => vec![
            moved(Status::Accepted, Status::InProgress),
            results(number, visit),
            creator(number, visit, 2),
            creator(number, visit, 3),
            creator(number, visit, 4),
        ],
        4 => vec![
            results(number, visit),
            creator(number, visit, 0),
            creator(number, visit, 3),
            creator(number, visit, 6),
            moved(Status::InProgress, Status::Completed),
        ],
        _ => vec![
            results(number, visit),
            creator(number, visit, visit),
            creator(number, visit, 5),
            creator(number, visit, 6),
            creator(number, visit, 7),
        ],
    };
    anyhow::ensure!(events.len() == VISIT_EVENTS, "a visit has {VISIT_EVENTS} events");
    let expected = i64::try_from(visit * VISIT_EVENTS)?;
    Ok(request(vec![stream("campaign", id, expected, &events)?], vec![format!("brand:{brand}")]))
}

fn campaign(number: usize) -> CampaignDetails {
    let text = |text: &str| Some(text.to_owned());
    CampaignDetails {
        name: format!("Spring tea week {number}"),
        description: text(
            "Short films of the first flush, brewed at home, with the shop's link in each of them",
        ),
        service: text("video"),
        creator_type: text("lifestyle"),
        creator_level: text("L3"),
        gmv: text("10000-50000"),
        followers: text("10k-100k"),
        budget: text("5000-20000"),
        dataset_id: format!("dataset-{}", number % 50),
        ..CampaignDetails::default()
    }
}

fn moved(from: Status, to: Status) -> CampaignEvent {
    CampaignEvent::CampaignStatusChanged { from, to, is_override: false }
}

fn results(number: usize, visit: usize) -> CampaignEvent {
    let changes = ResultsPatch {
        gmv_achieved: Some(Some(format!("{}.50", number + visit * 100))),
        views_achieved: Some(Some(format!("{}", number * 3 + visit * 1_000))),
    };
    CampaignEvent::CampaignResultsReported { changes }
}

fn creator(number: usize, visit: usize, which: usize) -> CampaignEvent {
    let figure = i64::try_from(number * 7 + visit * 101 + which).unwrap_or_default();
    let changes = CreatorPatch {
        name: Some(Some(format!("Creator {which}"))),
        followers: Some(10_000 + figure),
        gmv_generated: Some(Decimal::new(figure, 2)),
        views_generated: Some(Decimal::from(figure)),
        pricing: Some(Decimal::new(25_000, 2)),
        ..CreatorPatch::default()
    };
    CampaignEvent::CampaignCreatorReported { creator_id: format!("creator-{number}-{which}"), changes }
}

/// A product that begins.
pub(crate) fn product(id: Uuid, brand: Uuid, number: usize) -> ProductEvent {
    let details = ProductDetails {
        name: format!("Oolong of the {number}th day"),
        description: Some("Hand picked, half fermented, roasted twice; 150 g in a tin".to_owned()),
        image_url: Some(format!("https://shop.example/pictures/{number}.jpg")),
        commission_rate: Decimal::new(1_250, 2),
        sales_price_min: Some(Decimal::new(39_000, 2)),
        sales_price_max: Some(Decimal::new(52_000, 2)),
        stock: 120,
        items_sold: 48,
        product_rating: Decimal::new(47, 1),
        dataset_id: "dataset-1".to_owned(),
        ..ProductDetails::default()
    };
    ProductEvent::ProductCreated { id, brand, details }
}

/// A UUID v7 as the `number`-th stream would have it.
pub(crate) fn time_ordered(number: usize) -> Uuid {
    let millis = 1_800_000_000_000 + number as u64;
    // Spread like chance, but the same in every run.
    let noise = (number as u128).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835).to_be_bytes();
    let mut random = [0; 10];
    random.copy_from_slice(noise.split_at(10).0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// Runs `count` futures, `at_once` of them at a time.
pub(crate) async fn all<F>(count: usize, at_once: usize, make: impl Fn(usize) -> F) -> anyhow::Result<()>
where
    F: Future<Output = anyhow::Result<()>>,
{
    use futures::{StreamExt, TryStreamExt};
    let futures = futures::stream::iter((0..count).map(make)).buffer_unordered(at_once);
    futures.try_for_each(|()| std::future::ready(Ok(()))).await.context("the past could not be made")
}

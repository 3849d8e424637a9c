//! What the log checks for a campaign while it appends.

use super::*;
use crate::Claim;

fn required(events: &[CampaignEvent]) -> Vec<Claim> {
    let campaign = after::<Campaign>(events);
    events.last().map(|event| campaign.requires(event)).unwrap_or_default()
}

fn live(brand: u128) -> Claim {
    Claim::new("brand", id(brand), id(brand))
}

#[test]
fn it_belongs_to_a_live_brand() {
    assert_eq!(required(&[created()]), [live(1)]);
    assert_eq!(required(&[created(), moved()]), [live(9)]);
    assert_eq!(required(&[created(), moved(), reported("a", CreatorPatch::default())]), [live(9)]);
    assert_eq!(required(&[created(), linked(10), unlinked(10)]), [live(1)]);
    assert_eq!(required(&[created(), CampaignEvent::CampaignDeleted {}]), []);
}

#[test]
fn it_links_live_products_of_its_own_brand() {
    let product = |brand: u128| Claim::new("product", id(10), id(brand));
    assert_eq!(required(&[created(), linked(10)]), [live(1), product(1)]);
    assert_eq!(required(&[created(), moved(), linked(10)]), [live(9), product(9)]);
}

#[test]
fn it_claims_nothing_and_is_tagged_with_its_brand() {
    let campaign = after::<Campaign>(&[created()]);
    assert_eq!(campaign.claims(), []);
    assert_eq!(campaign.tags(), [format!("brand:{}", id(1))]);
    assert_eq!(after::<Campaign>(&[created(), moved()]).tags(), [format!("brand:{}", id(9))]);
    assert!(Campaign::default().tags().is_empty());
}

#[test]
fn its_state_survives_a_snapshot() {
    let figure = CampaignFigure::CreatorsCount;
    let sent = CampaignEvent::CampaignFigureSent { figure, value: Some(Decimal::from(5)) };
    let joined = reported("達人 1", CreatorPatch { followers: Some(7), ..CreatorPatch::default() });
    let campaign = after::<Campaign>(&[created(), linked(10), joined, sent]);
    let snapshot = serde_json::to_string(&campaign).expect("a state serialises");
    assert_eq!(serde_json::from_str::<Campaign>(&snapshot).expect("a snapshot is readable"), campaign);
}

use super::*;
use crate::testing::{decimal, done, fault, faults, text};

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

#[test]
fn change_yields_only_what_differs() {
    let patch = CampaignPatch {
        name: text(" Tea week"),
        description: Some(None),
        budget: Some(text("1-2k")),
        ..CampaignPatch::default()
    };
    let changes = CampaignPatch { budget: Some(text("1-2k")), ..CampaignPatch::default() };
    assert_eq!(patched(patch), Ok(vec![CampaignEvent::CampaignChanged { changes }]));
}

#[test]
fn a_change_that_changes_nothing_is_no_event() {
    let sent = Sent {
        brand: Some(id(1)),
        patch: tea_week().into(),
        status: Some(Status::Pending),
        results: Results::default().into(),
        link_product: Some(vec![id(10)]),
        figures: [(CampaignFigure::CreatorsCount, None)].into(),
        strict_status: true,
    };
    given(&[created(), linked(10)]).when(change(sent)).then_expect_events(vec![]);
}

#[test]
fn one_command_yields_its_events_in_a_fixed_order() {
    let patch = CampaignPatch { name: text("Tea month"), ..CampaignPatch::default() };
    let results = ResultsPatch { gmv_achieved: Some(text("9")), ..ResultsPatch::default() };
    let sent = Sent {
        brand: Some(id(9)),
        patch: patch.clone(),
        status: Some(Status::Accepted),
        results: results.clone(),
        link_product: Some(vec![id(20), id(10)]),
        figures: [(CampaignFigure::CreatorsCount, Some(decimal("5")))].into(),
        strict_status: true,
    };
    given(&[created(), linked(10)]).when(change(sent)).then_expect_events(vec![
        moved(),
        CampaignEvent::CampaignChanged { changes: patch },
        CampaignEvent::CampaignStatusChanged {
            from: Status::Pending,
            to: Status::Accepted,
            is_override: false,
        },
        CampaignEvent::CampaignResultsReported { changes: results },
        linked(20),
        linked(10),
        CampaignEvent::CampaignFigureSent {
            figure: CampaignFigure::CreatorsCount,
            value: Some(decimal("5")),
        },
    ]);
}

#[test]
fn a_move_drops_the_links() {
    let sent = Sent { brand: Some(id(9)), ..Sent::default() };
    given(&[created(), linked(10)]).when(change(sent.clone())).then_expect_events(vec![moved()]);
    let campaign = done(after::<Campaign>(&[created(), linked(10)]), change(sent));
    assert_eq!((campaign.brand, campaign.link_product), (id(9), vec![]));
}

#[test]
fn it_starts_before_it_ends() {
    let start =
        |text: &str| CampaignPatch { start_date: Some(Some(instant(text))), ..CampaignPatch::default() };
    let end = |text: &str| CampaignPatch { end_date: Some(Some(instant(text))), ..CampaignPatch::default() };
    let dated = |known: CampaignPatch, patch: CampaignPatch| {
        let past = [created(), CampaignEvent::CampaignChanged { changes: known }];
        after::<Campaign>(&past).decide(change(Sent { patch, ..Sent::default() }))
    };
    let (may, june) = ("2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z");
    assert_eq!(faults(dated(end(may), start(june))), fault("start_date", "out_of_range"));
    assert_eq!(faults(dated(start(june), end(may))), fault("end_date", "out_of_range"));
    let both = CampaignPatch { end_date: Some(Some(instant(may))), ..start(june) };
    assert_eq!(faults(dated(CampaignPatch::default(), both)), fault("start_date", "out_of_range"));
    assert!(dated(end(may), start(may)).is_ok(), "an instant is a time too");
    let open = CampaignPatch { end_date: Some(None), ..start(june) };
    assert!(dated(end(may), open).is_ok(), "an open end comes after every start");
}

#[test]
fn dates_can_be_shown_and_stored_everywhere() {
    let start = |date| patched(CampaignPatch { start_date: Some(Some(date)), ..CampaignPatch::default() });
    assert_eq!(faults(start(DateTime::<Utc>::MAX_UTC)), fault("start_date", "out_of_range"));
    let changes = CampaignPatch {
        start_date: Some(Some(instant("2026-05-01T00:00:00.123456Z"))),
        ..CampaignPatch::default()
    };
    let expected = vec![CampaignEvent::CampaignChanged { changes }];
    assert_eq!(start(instant("2026-05-01T00:00:00.123456789Z")), Ok(expected));
}

#[test]
fn results_that_are_sent_again_are_no_event() {
    let results = ResultsPatch { views_achieved: Some(text("3k")), ..ResultsPatch::default() };
    let sent = Sent { results: results.clone(), ..Sent::default() };
    let event = CampaignEvent::CampaignResultsReported { changes: results };
    given(&[created()]).when(change(sent.clone())).then_expect_events(vec![event.clone()]);
    given(&[created(), event]).when(change(sent)).then_expect_events(vec![]);
}

#[test]
fn creators_count_is_the_number_of_creators_unless_a_figure_was_sent() {
    let send = |value| {
        let figures = [(CampaignFigure::CreatorsCount, value)].into();
        change(Sent { figures, ..Sent::default() })
    };
    let campaign = after::<Campaign>(&[created(), reported("a", CreatorPatch::default())]);
    assert_eq!(campaign.creators_count(), 1);
    let campaign = done(campaign, send(Some(decimal("40"))));
    assert_eq!(campaign.creators_count(), 40);
    assert_eq!(campaign.decide(send(Some(decimal("40.0")))), Ok(vec![]));
    let campaign = done(campaign, send(None));
    assert_eq!(campaign.creators_count(), 1);
    assert_eq!(campaign.decide(send(None)), Ok(vec![]));
    assert_eq!(faults(campaign.decide(send(Some(decimal("-1"))))), fault("creators_count", "out_of_range"));
}

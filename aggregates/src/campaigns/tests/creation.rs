use super::*;
use crate::testing::{decimal, fault, faults, text};

#[test]
fn create_begins_a_campaign_then_its_figure_then_its_links() {
    let command = CampaignCommand::Create {
        id: id(3),
        brand: id(1),
        details: CampaignDetails { name: "Tea week ".to_owned(), ..tea_week() },
        status: Status::Accepted,
        results: Results { gmv_achieved: text("1,200"), views_achieved: None },
        link_product: vec![id(11), id(10), id(11)],
        figures: [(CampaignFigure::CreatorsCount, Some(decimal("5")))].into(),
    };
    given(&[]).when(command).then_expect_events(vec![
        CampaignEvent::CampaignCreated {
            id: id(3),
            brand: id(1),
            details: tea_week(),
            status: Status::Accepted,
            results: Results { gmv_achieved: text("1,200"), views_achieved: None },
        },
        CampaignEvent::CampaignFigureSent {
            figure: CampaignFigure::CreatorsCount,
            value: Some(decimal("5")),
        },
        linked(11),
        linked(10),
    ]);
}

#[test]
fn create_on_an_existing_or_deleted_campaign_is_refused() {
    for past in [vec![created()], vec![created(), CampaignEvent::CampaignDeleted {}]] {
        given(&past).when(create(tea_week())).then_expect_error(Refusal::field(
            "id",
            "already_exists",
            "id is that of an existing campaign",
        ));
    }
}

#[test]
fn name_and_dataset_id_are_never_empty() {
    let decision = Campaign::default().decide(create(CampaignDetails::default()));
    assert_eq!(faults(decision), [fault("name", "required"), fault("dataset_id", "required")].concat());
    let named = |name: String| Campaign::default().decide(create(CampaignDetails { name, ..tea_week() }));
    assert!(named("茶".repeat(255)).is_ok());
    assert_eq!(faults(named("茶".repeat(256))), fault("name", "too_long"));
}

#[test]
fn every_fault_is_named_at_once() {
    let command = CampaignCommand::Create {
        id: id(3),
        brand: id(1),
        details: CampaignDetails {
            name: " ".to_owned(),
            dataset_id: "d".repeat(256),
            description: text("a".repeat(20_001)),
            budget: text("a".repeat(2_001)),
            video_link: text("\0"),
            ..CampaignDetails::default()
        },
        status: Status::Pending,
        results: Results { gmv_achieved: text("\0"), views_achieved: text("a".repeat(2_001)) },
        link_product: (0..10_001).map(id).collect(),
        figures: [(CampaignFigure::CreatorsCount, Some(decimal("1.5")))].into(),
    };
    let expected = [
        fault("name", "required"),
        fault("dataset_id", "too_long"),
        fault("description", "too_long"),
        fault("budget", "too_long"),
        fault("video_link", "not_allowed"),
        fault("gmv_achieved", "not_allowed"),
        fault("views_achieved", "too_long"),
        fault("creators_count", "out_of_range"),
        fault("link_product", "out_of_range"),
    ];
    assert_eq!(faults(Campaign::default().decide(command)), expected.concat());
}

#[test]
fn delete_happens_once() {
    given(&[created()])
        .when(CampaignCommand::Delete)
        .then_expect_events(vec![CampaignEvent::CampaignDeleted {}]);
}

#[test]
fn a_campaign_that_was_never_created_or_is_deleted_is_not_found() {
    for past in [vec![], vec![created(), CampaignEvent::CampaignDeleted {}]] {
        for command in [
            change(Sent::default()),
            CampaignCommand::AddProduct { product_id: id(10) },
            CampaignCommand::RemoveProduct { product_id: id(10) },
            report(vec![]),
            CampaignCommand::Delete,
        ] {
            given(&past).when(command).then_expect_error(Refusal::NotFound("campaign"));
        }
    }
}

use super::*;
use crate::testing::{decimal, done, fault, faults, json, text};

fn followed(followers: i64) -> CreatorPatch {
    CreatorPatch { followers: Some(followers), ..CreatorPatch::default() }
}

fn priced(pricing: &str) -> CreatorPatch {
    CreatorPatch { pricing: Some(decimal(pricing)), ..CreatorPatch::default() }
}

fn refused(reports: Vec<CreatorReport>) -> Vec<(String, String)> {
    faults(after::<Campaign>(&[created()]).decide(report(reports)))
}

#[test]
fn what_a_report_leaves_out_stays_as_it_was() {
    let first = CreatorPatch { name: Some(text("Mei")), status: Some(Status::Accepted), ..followed(10) };
    given(&[created()])
        .when(report(vec![about("kol-1", first.clone())]))
        .then_expect_events(vec![reported("kol-1", first.clone())]);

    let second = CreatorPatch { name: Some(text("Mei")), ..followed(20) };
    let past = [created(), reported("kol-1", first)];
    given(&past)
        .when(report(vec![about("kol-1", second.clone())]))
        .then_expect_events(vec![reported("kol-1", followed(20))]);

    let campaign = done(after::<Campaign>(&past), report(vec![about("kol-1", second)]));
    let details = &campaign.creators["kol-1"].details;
    assert_eq!(details.name, text("Mei"));
    assert_eq!((details.followers, details.status), (20, Status::Accepted));
}

#[test]
fn an_unchanged_report_is_no_event() {
    let past = [created(), reported("kol-1", followed(10))];
    let reports = vec![about("kol-1", followed(10)), about("kol-1", CreatorPatch::default())];
    given(&past).when(report(reports)).then_expect_events(vec![]);
}

#[test]
fn a_new_creator_is_news_with_nothing_else_said() {
    given(&[created()])
        .when(report(vec![about("kol-1", CreatorPatch::default()), about("kol-1", followed(0))]))
        .then_expect_events(vec![reported("kol-1", CreatorPatch::default())]);
}

#[test]
fn reports_about_the_same_creator_apply_in_order() {
    let reports = vec![
        about("kol-1", followed(1)),
        about("kol-2", followed(5)),
        about("kol-1", followed(2)),
        about("kol-1", followed(2)),
    ];
    given(&[created()]).when(report(reports)).then_expect_events(vec![
        reported("kol-1", followed(1)),
        reported("kol-2", followed(5)),
        reported("kol-1", followed(2)),
    ]);
}

#[test]
fn creators_are_listed_in_the_order_they_joined() {
    let joined = ["b", "a", "c", "a"].map(|creator| reported(creator, CreatorPatch::default()));
    let campaign = after::<Campaign>(&[&[created()], joined.as_slice()].concat());
    let order: Vec<_> = campaign.creators_in_order().into_iter().map(|(creator_id, _)| creator_id).collect();
    assert_eq!(order, ["b", "a", "c"]);
    assert_eq!(campaign.creators_count(), 3);
}

#[test]
fn a_copy_of_the_state_does_not_change_with_it() {
    let mut campaign = after::<Campaign>(&[created(), reported("kol-1", followed(1))]);
    let copy = campaign.clone();
    campaign.evolve(&reported("kol-1", followed(2)));
    assert_eq!(copy.creators["kol-1"].details.followers, 1);
    assert_eq!(campaign.creators["kol-1"].details.followers, 2);
}

#[test]
fn amounts_of_a_creator_have_their_places() {
    let patch = CreatorPatch { views_generated: Some(decimal("7.0")), ..priced("1.5") };
    let campaign = done(after::<Campaign>(&[created()]), report(vec![about("kol-1", patch)]));
    let stored = &json(&campaign)["creators"]["kol-1"]["details"];
    assert_eq!((&stored["pricing"], &stored["views_generated"]), (&json(&"1.50"), &json(&"7")));
    assert_eq!(stored["gmv_generated"], "0.00");
}

#[test]
fn a_report_with_wrong_numbers_is_refused() {
    let wrong = CreatorPatch {
        name: Some(text("a".repeat(2_001))),
        category: Some(text("\0")),
        gmv_generated: Some(decimal("-0.01")),
        views_generated: Some(decimal("1.5")),
        pricing: Some(decimal("0.001")),
        ..followed(-1)
    };
    let expected = [
        fault("name", "too_long"),
        fault("category", "not_allowed"),
        fault("followers", "out_of_range"),
        fault("gmv_generated", "out_of_range"),
        fault("views_generated", "out_of_range"),
        fault("pricing", "out_of_range"),
    ];
    assert_eq!(refused(vec![about("kol-1", wrong)]), expected.concat());
    given(&[created()])
        .when(report(vec![about(
            "kol-1",
            CreatorPatch { views_generated: Some(decimal("1.5")), ..CreatorPatch::default() },
        )]))
        .then_expect_error_message("views_generated must be a whole number");
}

#[test]
fn a_creator_id_is_kept_as_sent_and_has_1_to_100_printable_characters() {
    given(&[created()])
        .when(report(vec![about(" 達人 1", CreatorPatch::default())]))
        .then_expect_events(vec![reported(" 達人 1", CreatorPatch::default())]);
    let refused = |creator_id: &str| refused(vec![about(creator_id, CreatorPatch::default())]);
    assert_eq!(refused(""), fault("creator_id", "required"));
    assert_eq!(refused(&"達".repeat(101)), fault("creator_id", "too_long"));
    assert_eq!(refused("a\nb"), fault("creator_id", "not_allowed"));
    assert_eq!(refused("a\0b"), fault("creator_id", "not_allowed"));
}

#[test]
fn among_several_creators_a_fault_says_which_one() {
    let reports = vec![about("kol-1", followed(1)), about("kol-2", followed(-1))];
    assert_eq!(refused(reports.clone()), fault("creators[1].followers", "out_of_range"));
    given(&[created()])
        .when(report(reports))
        .then_expect_error_message("creators[1].followers must be at least 0");
}

#[test]
fn a_report_full_of_faults_has_a_short_answer() {
    let reports = (0..500).map(|number| about(&number.to_string(), followed(-1))).collect();
    assert_eq!(refused(reports).len(), 100);
}

#[test]
fn a_campaign_has_at_most_10_000_creators() {
    let everybody = (0..10_000).map(|number| about(&number.to_string(), followed(1))).collect();
    let full = done(after::<Campaign>(&[created()]), report(everybody));
    let again = (0..10_000).map(|number| about(&number.to_string(), followed(1))).collect();
    assert_eq!(full.decide(report(again)), Ok(vec![]));
    let one_more = full.decide(report(vec![about("one more", CreatorPatch::default())]));
    assert_eq!(faults(one_more), fault("creators", "out_of_range"));
}

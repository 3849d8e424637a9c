use super::*;
use crate::testing::{after, done, faults, given, id};
use crate::{Claim, Decider, Refusal};

fn origin() -> BatchOrigin {
    BatchOrigin {
        file_name: "缺貨.xlsx".into(),
        file_digest: "ab".into(),
        total: 3,
        ..BatchOrigin::default()
    }
}

fn row(number: i64) -> StockoutRow {
    StockoutRow {
        id: number,
        row: 2,
        vendor_code: "V1".into(),
        product_code: "P1".into(),
        ..StockoutRow::default()
    }
}

fn imported() -> Vec<StockoutEvent> {
    vec![
        StockoutEvent::StockoutBatchImported { id: id(1), origin: origin(), imported: 3 },
        StockoutEvent::StockoutsListed { rows: vec![row(1), row(2), row(3)] },
    ]
}

fn and(mut events: Vec<StockoutEvent>, more: Vec<StockoutEvent>) -> Vec<StockoutEvent> {
    events.extend(more);
    events
}

fn queued() -> StockoutEvent {
    StockoutEvent::StockoutsQueued { mail: id(9), ids: vec![1] }
}

fn settled(outcome: MailOutcome) -> StockoutEvent {
    StockoutEvent::StockoutsSettled { mail: id(9), outcome, ids: vec![1] }
}

fn mailing(ids: Vec<i64>, force: bool) -> StockoutCommand {
    StockoutCommand::Mail { mails: vec![MailedRows { mail: Some(id(9)), ids }], force }
}

#[test]
fn a_sheet_is_taken_in_once_and_claims_its_bytes() {
    let command = StockoutCommand::Import { id: id(1), origin: origin(), rows: vec![row(1), row(2), row(3)] };
    given::<StockoutBatch>([]).when(command).then_expect_events(imported());
    let batch = after::<StockoutBatch>(&imported());
    assert_eq!(batch.claims(), [Claim::new("stockout-file", "ab", id(1))]);
    let again = batch.decide(StockoutCommand::Import { id: id(1), origin: origin(), rows: vec![] });
    assert_eq!(faults(again)[0].1, "already_exists");
}

#[test]
fn no_door_lets_in_a_row_without_vendor_or_with_less_than_nothing() {
    let bad = |change: fn(&mut StockoutRow)| {
        let mut row = row(1);
        change(&mut row);
        faults(StockoutBatch::default().decide(StockoutCommand::Import {
            id: id(1),
            origin: origin(),
            rows: vec![row],
        }))
    };
    assert_eq!(bad(|row| row.vendor_code.clear())[0].0, "vendor_code");
    assert_eq!(bad(|row| row.product_code.clear())[0].0, "product_code");
    assert_eq!(bad(|row| row.qty = Some(-1))[0].0, "qty");
}

#[test]
fn a_row_is_mailed_once_and_again_only_by_force() {
    given::<StockoutBatch>(imported()).when(mailing(vec![1], false)).then_expect_events(vec![queued()]);
    let on_its_way = after::<StockoutBatch>(&and(imported(), vec![queued()]));
    assert_eq!(faults(on_its_way.decide(mailing(vec![1], true)))[0].1, "already_queued");
    let sent = and(imported(), vec![queued(), settled(MailOutcome::Sent)]);
    assert_eq!(faults(after::<StockoutBatch>(&sent).decide(mailing(vec![1], false)))[0].1, "already_sent");
    given::<StockoutBatch>(sent).when(mailing(vec![1], true)).then_expect_events(vec![queued()]);
    let lost = and(imported(), vec![queued(), settled(MailOutcome::Unknown)]);
    assert_eq!(faults(after::<StockoutBatch>(&lost).decide(mailing(vec![1], false)))[0].1, "outcome_unknown");
    let refused = and(imported(), vec![queued(), settled(MailOutcome::Failed("550 no".into()))]);
    given::<StockoutBatch>(refused).when(mailing(vec![1], false)).then_expect_events(vec![queued()]);
}

#[test]
fn rows_of_a_vendor_without_an_address_say_so_once() {
    let command =
        || StockoutCommand::Mail { mails: vec![MailedRows { mail: None, ids: vec![1, 2] }], force: false };
    let event = StockoutEvent::StockoutsWithoutAddress { ids: vec![1, 2] };
    given::<StockoutBatch>(imported()).when(command()).then_expect_events(vec![event.clone()]);
    given::<StockoutBatch>(and(imported(), vec![event])).when(command()).then_expect_events(vec![]);
}

#[test]
fn a_mail_settles_its_rows_once() {
    let settle = |outcome| StockoutCommand::Settle { mail: id(9), outcome };
    let waiting = and(imported(), vec![queued()]);
    given::<StockoutBatch>(waiting.clone())
        .when(settle(MailOutcome::Sent))
        .then_expect_events(vec![settled(MailOutcome::Sent)]);
    let sent = and(waiting, vec![settled(MailOutcome::Sent)]);
    given::<StockoutBatch>(sent).when(settle(MailOutcome::Sent)).then_expect_events(vec![]);
}

#[test]
fn undo_takes_back_what_nobody_was_told_and_frees_the_file_when_nothing_is_left() {
    let undone = |reversed, kept| StockoutEvent::StockoutBatchUndone { reversed, kept };
    given::<StockoutBatch>(imported())
        .when(StockoutCommand::Undo)
        .then_expect_events(vec![undone(vec![1, 2, 3], vec![])]);
    let empty = done(after::<StockoutBatch>(&imported()), StockoutCommand::Undo);
    assert!(empty.claims().is_empty());
    assert_eq!(empty.decide(StockoutCommand::Undo), Err(Refusal::NotFound("stockout batch")));
    let sent = and(imported(), vec![queued(), settled(MailOutcome::Sent)]);
    let kept = vec![KeptRow { id: 1, why: "mailed".into() }];
    given::<StockoutBatch>(sent.clone())
        .when(StockoutCommand::Undo)
        .then_expect_events(vec![undone(vec![2, 3], kept)]);
    let partly = done(after::<StockoutBatch>(&sent), StockoutCommand::Undo);
    assert!(!partly.claims().is_empty());
    let restored = partly.decide(StockoutCommand::Restore);
    assert_eq!(restored, Ok(vec![StockoutEvent::StockoutBatchRestored { ids: vec![2, 3] }]));
    assert_eq!(done(partly, StockoutCommand::Restore).decide(StockoutCommand::Restore), Ok(vec![]));
}

#[test]
fn rows_are_resolved_and_opened_again() {
    let resolve = || StockoutCommand::Resolve { ids: vec![2, 2] };
    let resolved = StockoutEvent::StockoutsResolved { ids: vec![2] };
    given::<StockoutBatch>(imported()).when(resolve()).then_expect_events(vec![resolved.clone()]);
    given::<StockoutBatch>(and(imported(), vec![resolved.clone()]))
        .when(resolve())
        .then_expect_events(vec![]);
    given::<StockoutBatch>(and(imported(), vec![resolved]))
        .when(StockoutCommand::Reopen { ids: vec![2] })
        .then_expect_events(vec![StockoutEvent::StockoutsReopened { ids: vec![2] }]);
    given::<StockoutBatch>(imported())
        .when(StockoutCommand::Resolve { ids: vec![77] })
        .then_expect_error(Refusal::NotFound("stockout"));
    let on_its_way = after::<StockoutBatch>(&and(imported(), vec![queued()]));
    assert_eq!(faults(on_its_way.decide(StockoutCommand::Resolve { ids: vec![1] }))[0].1, "already_queued");
}

#[test]
fn an_undo_that_keeps_every_row_is_none_and_the_file_stays_its_batch() {
    let all = StockoutEvent::StockoutsQueued { mail: id(9), ids: vec![1, 2, 3] };
    let batch = after::<StockoutBatch>(&and(imported(), vec![all]));
    assert_eq!(batch.decide(StockoutCommand::Undo), Ok(vec![]));
    assert!(!batch.claims().is_empty());
    assert!(batch.kept().iter().all(|row| row.why == "queued") && batch.kept().len() == 3);
}

#[test]
fn a_row_of_which_nobody_knows_is_kept_as_unknown() {
    let lost = and(imported(), vec![queued(), settled(MailOutcome::Unknown)]);
    let batch = after::<StockoutBatch>(&lost);
    assert_eq!(batch.kept(), [KeptRow { id: 1, why: "unknown".into() }]);
}

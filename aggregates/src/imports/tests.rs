use super::*;
use crate::testing::{after, faults, given, id};
use crate::{Decider, Refusal};

fn requested() -> ImportEvent {
    ImportEvent::ImportRequested { id: id(1), order: ImportOrder::default() }
}

fn begun(total: i64, failed: i64) -> ImportEvent {
    ImportEvent::ImportBegun { total, failed, faults: vec![], ignored: vec![] }
}

fn stored(chunk: u32, imported: i64) -> ImportEvent {
    ImportEvent::ImportChunkStored { chunk, imported, failed: 0, faults: vec![], became: vec!["b".into()] }
}

fn store(chunk: u32, imported: i64) -> ImportCommand {
    ImportCommand::Store { chunk, imported, failed: 0, faults: vec![], became: vec!["b".into()] }
}

#[test]
fn an_import_goes_forward_and_says_each_thing_once() {
    let order = ImportOrder::default();
    given::<Import>([])
        .when(ImportCommand::Request { id: id(1), order })
        .then_expect_events(vec![requested()]);
    given::<Import>([requested()])
        .when(ImportCommand::Download)
        .then_expect_events(vec![ImportEvent::ImportDownloading {}]);
    given::<Import>([requested(), begun(2, 0)]).when(ImportCommand::Download).then_expect_events(vec![]);
    let begin = || ImportCommand::Begin { total: 2, failed: 0, faults: vec![], ignored: vec![] };
    given::<Import>([requested()]).when(begin()).then_expect_events(vec![begun(2, 0)]);
    given::<Import>([requested(), begun(2, 0)]).when(begin()).then_expect_events(vec![]);
    given::<Import>([]).when(begin()).then_expect_error(Refusal::NotFound("job"));
}

#[test]
fn a_chunk_counts_once_and_in_its_turn() {
    let so_far = [requested(), begun(4, 0), stored(0, 2)];
    given::<Import>(so_far.clone()).when(store(1, 2)).then_expect_events(vec![stored(1, 2)]);
    for wrong in [0, 2] {
        assert_eq!(faults(after::<Import>(&so_far).decide(store(wrong, 2)))[0].0, "chunk");
    }
}

#[test]
fn it_ends_by_what_its_rows_were_and_is_undone_once() {
    let finish = ImportEvent::ImportFinished { note: None, duplicate_of: None };
    let all = after::<Import>(&[requested(), begun(2, 0), stored(0, 2), finish.clone()]);
    assert_eq!((all.state, all.progress(), all.became.len()), (ImportState::Completed, 100, 1));
    let some = [requested(), begun(3, 1), stored(0, 2), finish];
    assert_eq!(after::<Import>(&some).state, ImportState::Partial);
    let undo = || ImportCommand::Undo { reversed: 2, kept: vec![] };
    let undone = ImportEvent::ImportUndone { reversed: 2, kept: vec![] };
    given::<Import>(some.clone()).when(undo()).then_expect_events(vec![undone.clone()]);
    let twice = [some.to_vec(), vec![undone]].concat();
    given::<Import>(twice).when(undo()).then_expect_error(Refusal::NotFound("job"));
    assert_eq!(faults(after::<Import>(&[requested()]).decide(undo()))[0].1, "not_over");
}

#[test]
fn progress_never_goes_back() {
    let events = [requested(), ImportEvent::ImportDownloading {}, begun(4, 1), stored(0, 1), stored(1, 2)];
    let mut import = Import::default();
    let mut before = 0;
    for event in events {
        import.evolve(&event);
        assert!(import.progress() >= before, "{event:?}");
        before = import.progress();
    }
    assert_eq!(before, 99);
}

#[test]
fn its_bytes_are_claimed_until_it_failed_or_was_undone() {
    let order = ImportOrder { file_digest: Some("ab".into()), ..ImportOrder::default() };
    let requested = |order| ImportEvent::ImportRequested { id: id(1), order };
    let claims = |events: &[ImportEvent]| after::<Import>(events).claims().len();
    assert_eq!(claims(&[requested(order.clone())]), 1);
    assert_eq!(claims(&[requested(ImportOrder { dry_run: true, ..order.clone() })]), 0);
    assert_eq!(claims(&[requested(order.clone()), ImportEvent::ImportFailed { faults: vec![] }]), 0);
    let finished = ImportEvent::ImportFinished { note: None, duplicate_of: None };
    let done = [requested(order), finished];
    assert_eq!(claims(&done), 1);
    let undone = ImportEvent::ImportUndone { reversed: 0, kept: vec![] };
    assert_eq!(claims(&[done.to_vec(), vec![undone]].concat()), 0);
}

#[test]
fn what_was_undone_is_redone_once_and_then_may_be_undone_again() {
    let finish = ImportEvent::ImportFinished { note: None, duplicate_of: None };
    let done = [requested(), begun(3, 1), stored(0, 2), finish];
    let redo = || ImportCommand::Redo { restored: 2, kept: vec![] };
    let undone = ImportEvent::ImportUndone { reversed: 2, kept: vec![] };
    let redone = ImportEvent::ImportRedone { restored: 2, kept: vec![] };
    assert_eq!(faults(after::<Import>(&done).decide(redo()))[0].1, "not_allowed");
    let undone = [done.to_vec(), vec![undone]].concat();
    given::<Import>(undone.clone()).when(redo()).then_expect_events(vec![redone.clone()]);
    let redone = [undone, vec![redone]].concat();
    let import = after::<Import>(&redone);
    assert_eq!((import.state, import.reversed, import.claims()), (ImportState::Partial, 0, vec![]));
    assert_eq!(faults(import.decide(redo()))[0].1, "not_allowed");
    assert!(import.decide(ImportCommand::Undo { reversed: 2, kept: vec![] }).is_ok());
}

#[test]
fn what_failed_or_is_gone_is_not_redone() {
    let redo = || ImportCommand::Redo { restored: 0, kept: vec![] };
    let undone = ImportEvent::ImportUndone { reversed: 0, kept: vec![] };
    let failed = [requested(), ImportEvent::ImportFailed { faults: vec![] }, undone.clone()];
    assert_eq!(faults(after::<Import>(&failed).decide(redo()))[0].1, "not_allowed");
    let order = ImportOrder { job_type: JobType::Vendors, ..ImportOrder::default() };
    let finish = ImportEvent::ImportFinished { note: None, duplicate_of: None };
    let vendors = [ImportEvent::ImportRequested { id: id(1), order }, begun(0, 0), finish, undone];
    assert_eq!(faults(after::<Import>(&vendors).decide(redo()))[0].1, "not_allowed");
}

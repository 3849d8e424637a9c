use proptest::prelude::*;
use std::collections::BTreeMap;

use super::*;
use crate::Decider;
use crate::testing::{after, decimal, done, fault, faults, id, text};

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 29).unwrap()
}

fn row(product_code: &str, amount: &str) -> SalesRow {
    let product_code = product_code.to_owned();
    SalesRow { product_code, qty: decimal("1"), amount: decimal(amount), ..SalesRow::default() }
}

fn import(batch: u128, rows: impl IntoIterator<Item = SalesRow>) -> SalesCommand {
    SalesCommand::Import {
        date: day(),
        batch: id(batch),
        file: text("day.xlsx"),
        rows: rows.into_iter().collect(),
    }
}

/// What each product shows.
fn amounts(day: &SalesDay) -> Vec<(String, String)> {
    let shown = |code: &String| Some((code.clone(), day.in_force(code)?.0.amount.to_string()));
    day.products.keys().filter_map(shown).collect()
}

fn shows(state: &SalesDay, expected: &[(&str, &str)]) {
    let expected: Vec<_> =
        expected.iter().map(|(code, amount)| (code.to_string(), amount.to_string())).collect();
    assert_eq!(amounts(state), expected);
}

#[test]
fn a_file_records_what_is_new_restates_what_differs_and_confirms_what_does_not() {
    let first = done(SalesDay::default(), import(1, [row("A", "10"), row("B", "20")]));
    let events = first.decide(import(2, [row("A", "10.00"), row("B", "21"), row("C", "5")])).unwrap();
    let (date, batch, file) = (day(), id(2), text("day.xlsx"));
    let expected = vec![
        SalesEvent::SalesRecorded { date, batch, file: file.clone(), rows: vec![row("C", "5")] },
        SalesEvent::SalesRestated { date, batch, file: file.clone(), rows: vec![row("B", "21")] },
        SalesEvent::SalesConfirmed { date, batch, file, product_codes: vec!["A".to_owned()] },
    ];
    assert_eq!(events, expected);
}

#[test]
fn a_batch_is_taken_in_once() {
    let first = done(SalesDay::default(), import(1, [row("A", "10")]));
    assert_eq!(first.decide(import(1, [row("A", "11")])).unwrap(), []);
}

#[test]
fn rows_of_one_file_for_one_product_are_added_up() {
    let black = SalesRow { cost: Some(decimal("4")), orders: Some(2), brand: text(" "), ..row("A", "10.50") };
    let white = SalesRow { brand: text("Tea "), ..row(" A ", "-0.50") };
    let state = done(SalesDay::default(), import(1, [black, white]));
    let (shown, _) = state.in_force("A").unwrap();
    let expected = SalesRow {
        qty: decimal("2"),
        cost: Some(decimal("4")),
        gross_profit: Some(decimal("6.5")),
        orders: Some(2),
        brand: text("Tea"),
        ..row("A", "10")
    };
    assert_eq!(*shown, expected);
}

#[test]
fn gross_profit_is_worked_out_only_where_the_cost_is_known() {
    let rows = [
        SalesRow { cost: Some(decimal("7.25")), ..row("A", "10") },
        SalesRow { cost: Some(decimal("7")), gross_profit: Some(decimal("1")), ..row("B", "10") },
        row("C", "10"),
    ];
    let profits: Vec<_> = rows.map(|row| row.checked().unwrap().gross_profit).into();
    assert_eq!(profits, [Some(decimal("2.75")), Some(decimal("1")), None]);
}

#[test]
fn what_is_wrong_is_told_row_by_row() {
    let wrong = SalesRow { vendor_code: text("x".repeat(101)), ..row("", "1") };
    let told = faults(SalesDay::default().decide(import(1, [row("A", "0.00001"), wrong])));
    let told: Vec<_> = told.iter().map(|(field, code)| (field.as_str(), code.as_str())).collect();
    let expected = [
        ("rows[0].amount", "out_of_range"),
        ("rows[1].product_code", "required"),
        ("rows[1].vendor_code", "too_long"),
    ];
    assert_eq!(told, expected);
    let alone = row("A", "10000000000001").checked().map_err(crate::Refusal::Invalid);
    assert_eq!(faults(alone), fault("amount", "out_of_range"));
}

#[test]
fn a_day_of_any_size_is_a_list_of_bounded_events() {
    let rows = (0..1_201).map(|number| row(&format!("P{number:05}"), "1"));
    let events = SalesDay::default().decide(import(1, rows)).unwrap();
    assert_eq!(events.len(), 3);
    let state = after::<SalesDay>(&events);
    assert_eq!(state.products.len(), 1_201);
    assert_eq!(state.decide(SalesCommand::Undo { batch: id(1) }).unwrap().len(), 3);
}

#[test]
fn undoing_restores_what_was_in_force_and_keeps_what_others_said_since() {
    let state = done(SalesDay::default(), import(1, [row("A", "10"), row("B", "20")]));
    let state = done(state, import(2, [row("A", "11"), row("B", "21"), row("C", "31")]));
    let state = done(state, import(3, [row("B", "22")]));
    let undo = SalesCommand::Undo { batch: id(2) };
    let events = state.decide(undo.clone()).unwrap();
    let kept = vec![KeptFigures { product_code: "B".to_owned(), batch: id(3) }];
    let expected = SalesEvent::SalesBatchUndone {
        date: day(),
        batch: id(2),
        restored: vec![row("A", "10")],
        removed: vec!["C".to_owned()],
        kept: kept.clone(),
    };
    assert_eq!(events, [expected]);
    let state = done(state, undo.clone());
    shows(&state, &[("A", "10"), ("B", "22")]);
    assert_eq!(state.decide(undo).unwrap(), []);
    // and: redone, it stands where it stood
    let redo = SalesCommand::Redo { batch: id(2) };
    let rows = vec![row("A", "11"), row("C", "31")];
    let expected = SalesEvent::SalesBatchRedone { date: day(), batch: id(2), rows, kept };
    assert_eq!(state.decide(redo.clone()).unwrap(), [expected]);
    let state = done(state, redo.clone());
    shows(&state, &[("A", "11"), ("B", "22"), ("C", "31")]);
    assert_eq!(state.decide(redo).unwrap(), []);
}

#[test]
fn a_batch_that_the_day_does_not_know_is_not_found() {
    let refused = SalesDay::default().decide(SalesCommand::Undo { batch: id(1) });
    assert_eq!(refused, Err(crate::Refusal::NotFound("sales batch")));
}

#[test]
fn figures_stay_while_any_of_their_batches_stands() {
    let state = done(SalesDay::default(), import(1, [row("A", "10")]));
    let state = done(state, import(2, [row("A", "10"), row("B", "5")]));
    let state = done(state, SalesCommand::Undo { batch: id(1) });
    shows(&state, &[("A", "10"), ("B", "5")]);
    let state = done(state, SalesCommand::Undo { batch: id(2) });
    shows(&state, &[]);
}

/// What anybody would expect: the newest standing batch that speaks of a product decides.
#[derive(Clone, Debug, Default)]
struct Naive(Vec<(bool, BTreeMap<String, i64>)>);

impl Naive {
    fn amounts(&self) -> Vec<(String, String)> {
        let mut shown = BTreeMap::new();
        for (_, figures) in self.0.iter().filter(|(is_undone, _)| !is_undone) {
            shown.extend(figures.clone());
        }
        shown.into_iter().map(|(code, amount)| (code, amount.to_string())).collect()
    }
}

#[derive(Clone, Debug)]
enum Act {
    Import(Vec<(u8, i64)>),
    Undo(usize),
    Redo(usize),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let import = prop::collection::vec((0_u8..4, 0_i64..3), 1..5).prop_map(Act::Import);
    let act = prop_oneof![3 => import, 2 => (0_usize..6).prop_map(Act::Undo), 1 => (0_usize..6).prop_map(Act::Redo)];
    prop::collection::vec(act, 1..24)
}

proptest! {
    #[test]
    fn any_sequence_shows_what_the_newest_standing_batches_say(acts in acts()) {
        let (mut state, mut naive) = (SalesDay::default(), Naive::default());
        let mut shown = BTreeMap::new();
        for act in acts {
            let command = match act {
                Act::Import(figures) => {
                    let mut sums = BTreeMap::<String, i64>::new();
                    let rows: Vec<_> = figures.iter().map(|(code, amount)| {
                        *sums.entry(format!("P{code}")).or_default() += amount;
                        row(&format!("P{code}"), &amount.to_string())
                    }).collect();
                    let batch = naive.0.len() as u128 + 1;
                    naive.0.push((false, sums.clone()));
                    // The count of lines is the quantity: it must not make equal amounts differ.
                    let rows = rows.into_iter().map(|row| SalesRow { qty: decimal("0"), ..row });
                    import(batch, rows)
                }
                Act::Undo(at) | Act::Redo(at) if at >= naive.0.len() => continue,
                Act::Undo(at) => { naive.0[at].0 = true; SalesCommand::Undo { batch: id(at as u128 + 1) } }
                Act::Redo(at) => { naive.0[at].0 = false; SalesCommand::Redo { batch: id(at as u128 + 1) } }
            };
            for event in state.decide(command).unwrap() {
                state.evolve(&event);
                note(&mut shown, &event);
            }
            prop_assert_eq!(amounts(&state), naive.amounts());
            // and: the events alone say the same to a reader that keeps only what is in force
            prop_assert_eq!(shown.clone().into_iter().collect::<Vec<_>>(), naive.amounts());
        }
    }
}

fn note(shown: &mut BTreeMap<String, String>, event: &SalesEvent) {
    match event {
        SalesEvent::SalesRecorded { rows, .. }
        | SalesEvent::SalesRestated { rows, .. }
        | SalesEvent::SalesBatchRedone { rows, .. }
        | SalesEvent::SalesBatchUndone { restored: rows, .. } => {
            shown.extend(rows.iter().map(|row| (row.product_code.clone(), row.amount.to_string())));
        }
        SalesEvent::SalesConfirmed { .. } => {}
    }
    if let SalesEvent::SalesBatchUndone { removed, .. } = event {
        removed.iter().for_each(|code| drop(shown.remove(code)));
    }
}

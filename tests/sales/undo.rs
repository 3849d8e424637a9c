//! Files that are taken back, and brought back.

use std::collections::BTreeMap;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::json;
use uuid::Uuid;

use super::{day, line};
use crate::support::TestApp;
use crate::support::shapes::column;

const TEA: [&str; 3] = ["Mei", "Tea House", "茶葉"];
const AT: &str = "2026-01-29";

#[tokio::test]
async fn undoing_restores_what_was_and_keeps_what_came_since() {
    let app = TestApp::start().await;
    let reader = app.reader().await;
    app.imports_sales("1.csv", [line(AT, "P1", TEA, 1, "10"), line(AT, "P2", TEA, 1, "20")]).await;
    let second =
        [line(AT, "P1", TEA, 1, "11"), line(AT, "P2", TEA, 1, "21"), line("2026-01-30", "P1", TEA, 1, "5")];
    let wrong = app.imports_sales("2.csv", second).await;
    let third = app.imports_sales("3.csv", [line(AT, "P2", TEA, 1, "22")]).await;

    let reversal = app.undoes_sales(wrong).await;
    assert_eq!(reversal.reversed, 2);
    let kept: Vec<_> = reversal.kept.iter().map(|kept| (kept.product_code.as_str(), kept.batch)).collect();
    assert_eq!(kept, [("P2", third)]);
    let shown = day(&reader, "").await;
    assert_eq!(
        (&shown["date"], column(&shown["items"], "amount")),
        (&json!(AT), vec!["22".into(), "10".into()])
    );
    assert_eq!(app.undoes_sales(wrong).await.reversed, 0);

    assert_eq!(app.redoes_sales(wrong).await.reversed, 2);
    assert_eq!(day(&reader, "").await["date"], "2026-01-30");
    assert_eq!(column(&day(&reader, &format!("?date={AT}")).await["items"], "amount"), ["22", "11"]);
    assert_eq!(app.undoes_sales(Uuid::now_v7()).await.reversed, 0);
    app.finish().await;
}

#[tokio::test]
async fn an_import_that_is_repeated_changes_nothing() {
    let app = TestApp::start().await;
    let lines = || vec![line(AT, "P1", TEA, 1, "10"), line(AT, "P1", TEA, 1, "10")];
    let batch = app.imports_sales("1.csv", lines()).await;
    let head = app.head().await;
    let again = tidemark::sales::import(&app.app, batch, None, lines(), &super::context(), |_| {}).await;
    assert_eq!(again.unwrap(), head);
    assert_eq!(app.head().await, head);
    assert_eq!(day(&app.reader().await, "").await["summary"]["qty"], 2);
    app.finish().await;
}

/// An import as anybody would remember it: whether it was taken back, and its amounts by day and product.
type Remembered = (bool, BTreeMap<(u32, u32), i64>);

#[tokio::test]
async fn any_sequence_of_files_shows_what_the_newest_standing_ones_say() {
    let app = TestApp::start().await;
    let reader = app.reader().await;
    let mut random = StdRng::seed_from_u64(4);
    let mut batches: Vec<Uuid> = Vec::new();
    let mut naive: Vec<Remembered> = Vec::new();
    for _ in 0..40 {
        match random.random_range(0..5) {
            0 | 1 => {
                let mut said = BTreeMap::new();
                for _ in 0..random.random_range(1..6) {
                    said.insert(
                        (random.random_range(1..4), random.random_range(0..4)),
                        random.random_range(-2..5),
                    );
                }
                let lines = said.iter().map(|((date, product), amount)| {
                    let pm = ["Mei", "Ben"][usize::from(*amount > 1)];
                    line(
                        &format!("2026-01-0{date}"),
                        &format!("P{product}"),
                        [pm, "T", ""],
                        1,
                        &amount.to_string(),
                    )
                });
                batches.push(app.imports_sales("x.csv", lines).await);
                naive.push((false, said));
            }
            act if !batches.is_empty() => {
                let at = random.random_range(0..batches.len());
                let is_undone = act < 4;
                naive[at].0 = is_undone;
                if is_undone {
                    app.undoes_sales(batches[at]).await;
                } else {
                    app.redoes_sales(batches[at]).await;
                }
            }
            _ => {}
        }
        let mut expected = BTreeMap::new();
        naive.iter().filter(|(is_undone, _)| !is_undone).for_each(|(_, said)| expected.extend(said.clone()));
        let month = reader.get("/api/monthly_summary?year=2026&month=1").await.data();
        assert_eq!(month["total"]["amount"], expected.values().sum::<i64>());
        for date in 1..4 {
            let shown = day(&reader, &format!("?date=2026-01-0{date}")).await;
            let expected: BTreeMap<String, String> = expected
                .range((date, 0)..(date + 1, 0))
                .map(|((_, product), amount)| (format!("P{product}"), amount.to_string()))
                .collect();
            let codes = column(&shown["items"], "product_code").into_iter();
            let shown: BTreeMap<_, _> = codes.zip(column(&shown["items"], "amount")).collect();
            assert_eq!(shown, expected, "on day {date}");
        }
    }
    app.finish().await;
}

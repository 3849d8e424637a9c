//! What people see of sales (contract §3), and what becomes of it when files are corrected or taken back.

mod audit;
mod exports;
mod summaries;
mod undo;

use aggregates::sales::SalesRow;
use chrono::NaiveDate;
use serde_json::{Value, json};
use tidemark::event_store::Context;
use tidemark::sales::{self, Line};
use uuid::Uuid;

use crate::support::shapes::{column, has_keys};
use crate::support::wait::PATIENCE;
use crate::support::{Actor, TestApp};

pub(crate) const FIGURES: &[&str] = &["amount", "qty", "orders", "gross_profit"];
const ITEM: &[&str] = &[
    "product_code",
    "product_name",
    "brand",
    "category",
    "pm",
    "vendor_code",
    "qty",
    "amount",
    "cost",
    "gross_profit",
    "orders",
];

/// A line of a file: day, product, PM, brand, category, pieces and amount.
fn line(date: &str, product_code: &str, [pm, brand, category]: [&str; 3], qty: i64, amount: &str) -> Line {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let row = SalesRow {
        product_code: product_code.to_owned(),
        brand: text(brand),
        category: text(category),
        pm: text(pm),
        qty: qty.into(),
        amount: amount.parse().expect("a decimal"),
        ..SalesRow::default()
    };
    (date.parse::<NaiveDate>().expect("a day"), row)
}

fn context() -> Context {
    Context::system("test", "test", "test".to_owned())
}

impl TestApp {
    /// Takes a file's lines in; answers the import.
    async fn imports_sales(&self, file: &str, lines: impl IntoIterator<Item = Line>) -> Uuid {
        let batch = Uuid::now_v7();
        let lines = lines.into_iter().collect();
        let file = Some(file.to_owned());
        let position = sales::import(&self.app, batch, file, lines, &context(), |_| {}).await;
        self.shows_up(position.expect("the lines are good")).await;
        batch
    }

    async fn undoes_sales(&self, batch: Uuid) -> sales::Reversal {
        let reversal = sales::undo(&self.app, batch, &context()).await.expect("it is undone");
        self.shows_up(reversal.position).await;
        reversal
    }

    async fn redoes_sales(&self, batch: Uuid) -> sales::Reversal {
        let reversal = sales::redo(&self.app, batch, &context()).await.expect("it is redone");
        self.shows_up(reversal.position).await;
        reversal
    }

    async fn shows_up(&self, position: i64) {
        assert!(self.app.projector.wait(position, PATIENCE).await, "the read tables lag");
    }
}

async fn day(reader: &Actor, query: &str) -> Value {
    reader.get(&format!("/api/daily_sales{query}")).await.data()
}

#[tokio::test]
async fn a_day_has_a_summary_and_its_products_by_amount() {
    let app = TestApp::start().await;
    let reader = app.reader().await;
    let (tea, cups) = (["Mei", "Tea House", "茶葉"], ["Ben", "Cups & Co", "茶具"]);
    let mut whole = line("2026-01-29", "P2", tea, 3, "984.50");
    whole.1.product_name = Some("高山茶 150g".to_owned());
    whole.1.vendor_code = Some("V001".to_owned());
    whole.1.cost = Some("600".parse().unwrap());
    whole.1.orders = Some(2);
    let returned = line("2026-01-29", "P3", cups, -1, "-320");
    let mut costly = line("2026-01-29", "P1", cups, 2, "2000");
    costly.1.orders = Some(1);
    app.imports_sales("29.xlsx", [whole, returned, costly, line("2026-01-28", "P1", cups, 1, "1000")]).await;

    let shown = day(&reader, "").await;
    has_keys(&shown, &["date", "summary", "items"]);
    has_keys(&shown["summary"], FIGURES);
    assert_eq!(shown["date"], "2026-01-29");
    assert_eq!(
        shown["summary"],
        json!({ "amount": serde_json::from_str::<Value>("2664.5").unwrap(), "qty": 4, "orders": 3,
            "gross_profit": serde_json::from_str::<Value>("384.5").unwrap() })
    );
    assert_eq!(column(&shown["items"], "product_code"), ["P1", "P2", "P3"]);
    has_keys(&shown["items"][1], ITEM);
    assert_eq!(
        shown["items"][1],
        json!({ "product_code": "P2", "product_name": "高山茶 150g", "brand": "Tea House", "category": "茶葉",
            "pm": "Mei", "vendor_code": "V001", "qty": 3, "amount": 984.5, "cost": 600, "gross_profit": 384.5,
            "orders": 2 })
    );
    assert_eq!(shown["items"][2]["orders"], Value::Null);

    assert_eq!(column(&day(&reader, "?pm=Ben").await["items"], "product_code"), ["P1", "P3"]);
    let tea = day(&reader, "?date=2026-01-29&brand=Tea%20House").await;
    assert_eq!((&tea["summary"]["qty"], tea["items"].as_array().unwrap().len()), (&json!(3), 1));
    assert_eq!(day(&reader, "?date=2026-01-28").await["summary"]["amount"], 1000);
    app.finish().await;
}

#[tokio::test]
async fn a_day_without_sales_is_empty_and_no_error() {
    let app = TestApp::start().await;
    let reader = app.reader().await;
    let zero = json!({ "amount": 0, "qty": 0, "orders": 0, "gross_profit": 0 });
    assert_eq!(day(&reader, "").await, json!({ "date": null, "summary": zero, "items": [] }));
    let other = day(&reader, "?date=2026-01-01").await;
    assert_eq!(other, json!({ "date": "2026-01-01", "summary": zero, "items": [] }));
    app.finish().await;
}

#[tokio::test]
async fn a_second_file_supersedes_the_first_and_the_summary_says_so() {
    let app = TestApp::start().await;
    let reader = app.reader().await;
    let tea = ["Mei", "Tea House", "茶葉"];
    let at = "2026-01-29";
    let first = [line(at, "P1", tea, 1, "100"), line(at, "P2", tea, 2, "50"), line(at, "P3", tea, 1, "7")];
    app.imports_sales("morning.xlsx", first).await;
    let second =
        [line(at, "P1", tea, 1, "120.5"), line(at, "P2", tea, 2, "50.00"), line(at, "P4", tea, 1, "9")];
    let corrected = app.imports_sales("corrected.xlsx", second).await;

    let shown = day(&reader, "").await;
    assert_eq!(column(&shown["items"], "product_code"), ["P1", "P2", "P4", "P3"]);
    assert_eq!(shown["summary"]["amount"], 186.5);
    let restated = &shown["summary"]["restated"];
    assert_eq!(restated["products"], 1);
    assert_eq!((&restated["amount_before"], &restated["amount_after"]), (&json!(100), &json!(120.5)));
    let batch = &restated["batches"][0];
    assert_eq!((&batch["batch_id"], &batch["file"]), (&json!(corrected), &json!("corrected.xlsx")));
    assert_eq!(batch["by"], "system:test");
    app.finish().await;
}

#[tokio::test]
async fn what_a_question_gets_wrong_is_told_by_its_name() {
    let app = TestApp::start().await;
    let reader = app.reader().await;
    for (path, names) in [
        ("daily_sales?date=2026-13-45", "date"),
        ("daily_sales?date=yesterday", "date"),
        ("monthly_summary?year=2026&month=13", "month"),
        ("monthly_summary?year=2026&month=0", "month"),
        ("monthly_summary?year=x", "year"),
        ("monthly_summary?year=0", "year"),
        ("sales/trend?dimension=vendor", "brand, pm, category"),
        ("sales/trend?start_date=2026-02-02&end_date=2026-02-01", "start_date"),
        ("sales/trend?start_date=2024-01-01&end_date=2026-02-01", "400"),
        ("sales/trend?start_date=1&end_date=2026-02-01", "start_date"),
        ("export/daily_sales?format=pdf", "excel, csv"),
        ("export/daily_sales?date=x", "date"),
    ] {
        let message = reader.get(&format!("/api/{path}")).await.fails_with(400);
        assert!(message.contains(names), "{path}: {message}");
    }
    app.finish().await;
}

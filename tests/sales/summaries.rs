//! Months, years, trends.

use serde_json::{Value, json};

use super::{FIGURES, line};
use crate::support::shapes::{column, has_at_least_keys, has_keys};
use crate::support::{Actor, TestApp};

const MEI: [&str; 3] = ["Mei", "Tea House", "茶葉"];
const BEN: [&str; 3] = ["Ben", "Cups & Co", "茶具"];
/// Of whom the file says nothing.
const NOBODY: [&str; 3] = ["", "", ""];

async fn month(reader: &Actor, query: &str) -> Value {
    reader.get(&format!("/api/monthly_summary{query}")).await.data()
}

async fn filled() -> (TestApp, Actor) {
    let app = TestApp::start().await;
    let reader = app.reader().await;
    let lines = [
        line("2026-01-01", "P1", MEI, 1, "100"),
        line("2026-01-01", "P2", BEN, 2, "50.25"),
        line("2026-01-31", "P1", MEI, 1, "110"),
        line("2026-01-31", "P3", NOBODY, 1, "5"),
        line("2025-12-31", "P1", MEI, 4, "400"),
        line("2025-01-15", "P1", MEI, 1, "80"),
        line("2026-02-01", "P1", MEI, 1, "1"),
    ];
    app.imports_sales("all.xlsx", lines).await;
    (app, reader)
}

#[tokio::test]
async fn a_month_is_told_by_day_pm_brand_and_category() {
    let (app, reader) = filled().await;
    let shown = month(&reader, "?year=2026&month=1").await;
    let keys = ["year", "month", "days", "by_pm", "by_brand", "by_category", "total", "prev_month", "yoy"];
    has_at_least_keys(&shown, &keys);
    assert_eq!((&shown["year"], &shown["month"]), (&json!(2026), &json!(1)));
    let days = shown["days"].as_array().unwrap();
    assert_eq!(days.len(), 31);
    assert_eq!(days[0]["date"], "2026-01-01");
    assert_eq!((&days[0]["amount"], &days[1]["amount"]), (&json!(150.25), &json!(0)));
    has_keys(&shown["total"], FIGURES);
    assert_eq!((&shown["total"]["amount"], &shown["total"]["qty"]), (&json!(265.25), &json!(5)));
    assert_eq!(shown["total"]["gross_profit"], Value::Null);
    for (list, names) in
        [("by_pm", ["Mei", "Ben"]), ("by_brand", [MEI[1], BEN[1]]), ("by_category", [MEI[2], BEN[2]])]
    {
        assert_eq!(column(&shown[list], "name"), [names[0], names[1], "null"], "{list}");
        assert_eq!(column(&shown[list], "amount"), ["210", "50.25", "5"], "{list}");
    }
    let (before, ago) = (&shown["prev_month"], &shown["yoy"]);
    assert_eq!(
        (&before["year"], &before["month"], &before["amount"]),
        (&json!(2025), &json!(12), &json!(400))
    );
    assert_eq!((&before["change"], &before["change_percent"]), (&json!(-134.75), &json!(-33.69)));
    assert_eq!((&ago["year"], &ago["month"], &ago["amount"]), (&json!(2025), &json!(1), &json!(80)));
    assert_eq!(ago["change_percent"], 231.56);
    assert_eq!(shown["restated"], json!([]));
    app.finish().await;
}

#[tokio::test]
async fn without_a_month_it_is_that_of_the_newest_sales_and_a_year_has_twelve_rows() {
    let (app, reader) = filled().await;
    let newest = month(&reader, "").await;
    assert_eq!((&newest["year"], &newest["month"]), (&json!(2026), &json!(2)));
    let year = month(&reader, "?year=2026").await;
    let keys = ["year", "month", "months", "by_pm", "by_brand", "by_category", "total", "prev_month", "yoy"];
    has_at_least_keys(&year, &keys);
    assert_eq!(column(&year["months"], "month").len(), 12);
    assert_eq!(column(&year["months"], "amount")[..3], ["265.25", "1", "0"]);
    assert_eq!((&year["total"]["amount"], &year["yoy"]["amount"]), (&json!(266.25), &json!(480)));
    let none = month(&reader, "?year=2024&month=2").await;
    assert_eq!((none["days"].as_array().unwrap().len(), &none["total"]["amount"]), (29, &json!(0)));
    assert_eq!(none["prev_month"]["change_percent"], Value::Null);
    app.finish().await;
}

#[tokio::test]
async fn a_month_lists_what_was_restated_in_it() {
    let (app, reader) = filled().await;
    let batch = app.imports_sales("late.csv", [line("2026-01-31", "P1", MEI, 1, "90")]).await;
    let shown = month(&reader, "?year=2026&month=1").await;
    assert_eq!(shown["total"]["amount"], 245.25);
    let restated = &shown["restated"];
    assert_eq!(restated.as_array().unwrap().len(), 1);
    assert_eq!((&restated[0]["date"], &restated[0]["batch_id"]), (&json!("2026-01-31"), &json!(batch)));
    assert_eq!((&restated[0]["amount_before"], &restated[0]["amount_after"]), (&json!(110), &json!(90)));
    assert_eq!(month(&reader, "?year=2026&month=2").await["restated"], json!([]));
    app.undoes_sales(batch).await;
    let shown = month(&reader, "?year=2026&month=1").await;
    assert_eq!((&shown["total"]["amount"], &shown["restated"]), (&json!(265.25), &json!([])));
    app.finish().await;
}

#[tokio::test]
async fn a_trend_is_zero_filled_and_ordered_by_total() {
    let (app, reader) = filled().await;
    let path = "/api/sales/trend?start_date=2025-12-30&end_date=2026-01-02&dimension=brand";
    let shown = reader.get(path).await.data();
    has_keys(&shown, &["dimension", "start_date", "end_date", "dates", "series"]);
    assert_eq!(shown["dates"], json!(["2025-12-30", "2025-12-31", "2026-01-01", "2026-01-02"]));
    let series = json!([
        { "name": "Tea House", "total": 500, "points": [0, 400, 100, 0] },
        { "name": "Cups & Co", "total": 50.25, "points": [0, 0, 50.25, 0] },
    ]);
    assert_eq!(shown["series"], series);
    let usual = reader.get("/api/sales/trend?dimension=pm").await.data();
    assert_eq!((usual["dates"].as_array().unwrap().len(), &usual["dimension"]), (30, &json!("pm")));
    let today = app.app.zone().day(chrono::Utc::now()).to_string();
    assert_eq!(usual["end_date"], today);
    app.finish().await;
}

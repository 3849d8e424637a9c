//! Listings as Excel files, opened as people open them (contract §3).

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use chrono::{SecondsFormat, TimeDelta, Utc};
use serde_json::json;

use crate::support::{Actor, Response, TestApp};

type Book = Xlsx<Cursor<Vec<u8>>>;

async fn opens(actor: &Actor, path: &str) -> (Response, Book) {
    let answer = actor.get(path).await;
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    let book = Xlsx::new(Cursor::new(answer.body.clone())).expect("a workbook");
    (answer, book)
}

/// The rows of a sheet below its heading.
fn rows(book: &mut Book, sheet: &str) -> Vec<Vec<Data>> {
    book.worksheet_range(sheet).unwrap().rows().skip(1).map(<[Data]>::to_vec).collect()
}

/// The cell of a row below a heading.
fn cell(book: &mut Book, sheet: &str, row: usize, heading: &str) -> Data {
    let range = book.worksheet_range(sheet).unwrap();
    let column = range.rows().next().unwrap().iter().position(|cell| *cell == heading);
    range.rows().nth(row + 1).unwrap()[column.expect("the heading")].clone()
}

async fn watches(manager: &Actor, code: &str, name: &str) -> i64 {
    let body =
        json!({ "url": "https://shop.example/goods/1", "product_id": code, "name": name, "brand": "TeaCo" });
    manager.post("/api/listings", body).await.data()["id"].as_i64().expect("a number")
}

async fn sees(manager: &Actor, listing: i64, price: &str, hours_ago: i64) {
    let at = (Utc::now() - TimeDelta::hours(hours_ago)).to_rfc3339_opts(SecondsFormat::Millis, true);
    let seen = json!([{ "listing": listing, "price": price, "stock_status": "in_stock", "observed_at": at }]);
    assert_eq!(manager.post("/api/listings/observations", seen).await.data()["rejected"], json!([]));
}

#[tokio::test]
async fn all_listings_come_with_real_numbers_and_dates_and_text_that_is_no_formula() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = watches(&manager, "00123", "=HYPERLINK(\"http://evil\")").await;
    watches(&manager, "+5", "杯子").await;
    sees(&manager, tea, "3280", 50).await;
    sees(&manager, tea, "2952.50", 30).await;
    let reader = app.reader().await;
    let (answer, mut book) = opens(&reader, "/api/export/excel/all").await;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    assert_eq!(answer.header("content-type"), Some(kind));
    let attached = answer.header("content-disposition").unwrap();
    assert!(
        attached.starts_with("attachment; filename=\"products-2")
            && attached.contains("filename*=UTF-8''%E5%95%86"),
        "{attached}"
    );
    assert_eq!(rows(&mut book, "商品").len(), 2);
    assert!(book.worksheet_formula("商品").unwrap().is_empty());
    for (heading, expected) in [
        ("商品編號", Data::String("00123".to_owned())),
        ("商品名稱", Data::String("=HYPERLINK(\"http://evil\")".to_owned())),
        ("現價", Data::Float(2952.5)),
        ("前次價格", Data::Float(3280.0)),
        ("漲跌", Data::Float(-327.5)),
        ("狀態", Data::String("上架中".to_owned())),
        ("庫存狀態", Data::String("有貨".to_owned())),
    ] {
        assert_eq!(cell(&mut book, "商品", 0, heading), expected, "{heading}");
    }
    assert!(
        matches!(cell(&mut book, "商品", 0, "漲跌幅"), Data::Float(share) if (share + 0.0998).abs() < 1e-9)
    );
    for heading in ["最後檢查", "最後變動", "首次發現"] {
        assert!(matches!(cell(&mut book, "商品", 0, heading), Data::DateTime(_)), "{heading}");
    }
    assert_eq!(cell(&mut book, "商品", 1, "商品編號"), Data::String("+5".to_owned()));
    assert_eq!(cell(&mut book, "商品", 1, "現價"), Data::Empty);
    app.finish().await;
}

#[tokio::test]
async fn what_rose_and_what_fell_have_a_sheet_each_with_the_price_at_midnight() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let since = (Utc::now() - TimeDelta::hours(10)).to_rfc3339_opts(SecondsFormat::Secs, true);
    for (code, prices) in
        [("UP", [100, 130, 120]), ("DOWN", [100, 90, 80]), ("MORE", [100, 100, 50]), ("SAME", [7, 7, 7])]
    {
        let listing = watches(&manager, code, code).await;
        for (price, hours) in prices.into_iter().zip([20, 5, 2]) {
            sees(&manager, listing, &price.to_string(), hours).await;
        }
    }
    let (_, mut book) = opens(&manager, &format!("/api/export/excel/changes?since={since}")).await;
    assert_eq!(book.sheet_names(), ["漲價", "降價"]);
    assert_eq!(rows(&mut book, "漲價").len(), 1);
    for (heading, expected) in [
        ("商品編號", Data::String("UP".to_owned())),
        ("現價", Data::Float(120.0)),
        ("前次價格", Data::Float(100.0)),
        ("漲跌", Data::Float(20.0)),
        ("漲跌幅", Data::Float(0.2)),
    ] {
        assert_eq!(cell(&mut book, "漲價", 0, heading), expected, "{heading}");
    }
    let fell: Vec<_> = rows(&mut book, "降價").into_iter().map(|row| row[0].to_string()).collect();
    assert_eq!(fell, ["MORE", "DOWN"], "the greatest change first");
    let (_, mut book) = opens(&manager, "/api/export/excel/changes").await;
    assert_eq!(book.worksheet_range("漲價").unwrap().rows().next().unwrap()[0].to_string(), "商品編號");
    assert!(manager.get("/api/export/excel/changes?since=noon").await.fails_with(400).contains("since"));
    app.finish().await;
}

#[tokio::test]
async fn what_is_gone_has_a_file_of_its_own() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let (gone, removed) = (watches(&manager, "GONE", "茶").await, watches(&manager, "REMOVED", "茶").await);
    watches(&manager, "HERE", "茶").await;
    manager.patch(&format!("/api/listings/{gone}"), json!({ "status": "delisted" })).await.data();
    manager.delete(&format!("/api/listings/{removed}")).await.data();
    let (_, mut book) = opens(&manager, "/api/export/excel/delisted").await;
    let codes: Vec<_> = rows(&mut book, "下架商品").into_iter().map(|row| row[0].to_string()).collect();
    assert_eq!(codes, ["GONE"]);
    assert_eq!(cell(&mut book, "下架商品", 0, "狀態"), Data::String("已下架".to_owned()));
    assert!(matches!(cell(&mut book, "下架商品", 0, "下架時間"), Data::DateTime(_)));
    let (_, mut book) = opens(&manager, "/api/export/excel/all").await;
    assert_eq!(rows(&mut book, "商品").len(), 2, "what is watched no more is in no file");
    app.finish().await;
}

#[tokio::test]
async fn more_rows_than_a_page_all_arrive() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let at = Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true);
    let seen: Vec<_> = (1..=4_500)
        .map(|number| json!({ "listing": format!("G{number}"), "price": number, "observed_at": at }))
        .collect();
    let taken = manager.post("/api/listings/observations?create=true", json!(seen)).await.data();
    assert_eq!(taken["rejected"], json!([]));
    let (_, mut book) = opens(&manager, "/api/export/excel/all").await;
    let prices: std::collections::BTreeSet<_> =
        rows(&mut book, "商品").into_iter().map(|row| row[4].to_string()).collect();
    assert_eq!(prices.len(), 4_500);
    app.finish().await;
}

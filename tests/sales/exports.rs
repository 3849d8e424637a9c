//! Files of a day's sales.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

use super::line;
use crate::support::TestApp;

#[tokio::test]
async fn a_day_is_a_workbook_or_csv_and_no_text_becomes_a_formula() {
    let app = TestApp::start().await;
    let reader = app.reader().await;
    let mut armed = line("2026-01-29", "P1", ["Mei", "=cmd|' /C calc'!A0", "茶葉"], -2, "-12.5");
    armed.1.product_name = Some("@SUM(1)".to_owned());
    app.imports_sales("29.xlsx", [armed, line("2026-01-29", "00123", ["Ben", "茶具行", "茶具"], 1, "30")])
        .await;

    let answer = reader.get("/api/export/daily_sales?date=2026-01-29").await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-disposition").unwrap().contains("daily_sales_2026-01-29.xlsx"));
    let mut book = Xlsx::new(Cursor::new(answer.body)).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let rows: Vec<Vec<Data>> = sheet.rows().map(<[Data]>::to_vec).collect();
    let heads: Vec<String> = rows[0].iter().map(ToString::to_string).collect();
    let expected = [
        "日期",
        "商品編號",
        "商品名稱",
        "品牌",
        "分類",
        "PM",
        "廠商代碼",
        "數量",
        "金額",
        "成本",
        "毛利",
        "訂單數",
    ];
    assert_eq!(heads, expected);
    assert_eq!((&rows[1][1], &rows[1][8]), (&Data::String("00123".to_owned()), &Data::Float(30.0)));
    assert_eq!((&rows[2][2], &rows[2][8]), (&Data::String("@SUM(1)".to_owned()), &Data::Float(-12.5)));
    assert_eq!(rows[2][9], Data::Empty);

    let answer = reader.get("/api/export/daily_sales?format=csv").await;
    assert!(answer.header("content-type").unwrap().starts_with("text/csv"));
    let text = String::from_utf8(answer.body).unwrap();
    let text = text.strip_prefix('\u{feff}').expect("a byte-order mark");
    let mut lines = csv::Reader::from_reader(text.as_bytes());
    let records: Vec<csv::StringRecord> = lines.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), 2);
    assert_eq!((&records[1][0], &records[1][7], &records[1][8]), ("2026-01-29", "-2", "-12.5"));
    for field in [&records[1][2], &records[1][3]] {
        assert!(!field.starts_with(['=', '@']), "{field}");
    }
    // and: what is exported can be taken in again
    assert_eq!(reader.get("/api/export/daily_sales?date=2020-01-01&format=csv").await.status, 200);
    app.finish().await;
}

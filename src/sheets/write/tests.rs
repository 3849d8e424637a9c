use calamine::{Data, Reader, Xlsx};
use std::io::Cursor;

use super::*;

const COLUMNS: &[Column] = &[
    Column::new("商品編號", 14),
    Column::new("商品名稱", 40),
    Column::new("現價", 12),
    Column::new("日期", 12),
];
const GOODS: Sheet = Sheet { name: "商品", columns: COLUMNS };

fn opened(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes)).unwrap()
}

fn tea() -> Vec<Cell> {
    let day = chrono::NaiveDate::from_ymd_opt(2026, 1, 31).unwrap();
    vec!["00123".into(), "烏龍茶".into(), rust_decimal::Decimal::new(3280, 0).into(), day.into()]
}

#[test]
fn a_workbook_holds_real_numbers_real_dates_and_codes_as_text() {
    let mut book = opened(to_bytes(Format::Excel, GOODS, [tea()]).unwrap());
    let range = book.worksheet_range("商品").unwrap();
    let cells = |row: usize| range.rows().nth(row).unwrap().to_vec();
    let headings: Vec<_> = cells(0).iter().map(ToString::to_string).collect();
    assert_eq!(headings, ["商品編號", "商品名稱", "現價", "日期"]);
    let row = cells(1);
    assert_eq!(row[..2], [Data::String("00123".into()), Data::String("烏龍茶".into())]);
    assert_eq!(row[2], Data::Float(3280.0));
    assert!(matches!(&row[3], Data::DateTime(date) if date.as_f64() == 46053.0), "{:?}", row[3]);
}

#[test]
fn text_never_becomes_a_formula() {
    let evil = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        " =1",
        "＝1",
        "=HYPERLINK(\"http://x\",\"y\")",
        "a=1",
        "_x0041_",
    ];
    let rows = evil.map(|text| vec![Cell::from(text)]);
    let mut book = opened(to_bytes(Format::Excel, GOODS, rows.clone()).unwrap());
    assert!(book.worksheet_formula("商品").unwrap().is_empty());
    let range = book.worksheet_range("商品").unwrap();
    let shown: Vec<_> = range.rows().skip(1).map(|row| row[0].to_string()).collect();
    assert_eq!(shown, evil);

    let csv = String::from_utf8(to_bytes(Format::Csv, GOODS, rows).unwrap()).unwrap();
    for line in csv.lines().skip(1) {
        let first = line.trim_start_matches('"').chars().next().unwrap();
        assert!(!"=+-@\t ＝".contains(first), "{line}");
    }
}

#[test]
fn csv_begins_with_a_byte_order_mark_and_keeps_negative_numbers() {
    let cells =
        vec!["茶, \"好\"\n喝".into(), Cell::Whole(-5), Cell::Amount("-12.50".parse().unwrap()), Cell::Empty];
    let bytes = to_bytes(Format::Csv, GOODS, [cells, tea()]).unwrap();
    assert!(bytes.starts_with(&[0xEF, 0xBB, 0xBF]));
    let text = String::from_utf8(bytes).unwrap();
    let expected = "\u{feff}商品編號,商品名稱,現價,日期\r\n\"茶, \"\"好\"\"\n喝\",-5,-12.5,\r\n00123,烏龍茶,3280,2026-01-31\r\n";
    assert_eq!(text, expected);
}

#[test]
fn what_no_cell_can_hold_is_cut_and_what_no_sheet_can_hold_goes_on_in_another() {
    let long = "茶".repeat(40_000);
    let mut file = excel::Excel::begin_with(&[GOODS], Vec::new(), 3).unwrap();
    for number in 0..5 {
        file.row(0, &[Cell::Whole(number), Cell::from(long.as_str())]).unwrap();
    }
    let mut book = opened(file.finish().unwrap());
    assert_eq!(book.sheet_names(), ["商品", "商品 (2)", "商品 (3)"]);
    let mut numbers = Vec::new();
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).unwrap();
        assert_eq!(range.rows().next().unwrap()[0].to_string(), "商品編號");
        numbers.extend(range.rows().skip(1).map(|row| row[0].to_string()));
        assert_eq!(range.rows().nth(1).unwrap()[1].to_string().chars().count(), 32_767);
    }
    assert_eq!(numbers, ["0", "1", "2", "3", "4"]);
}

#[test]
fn percents_and_moments_are_numbers_with_a_face() {
    let noon = chrono::NaiveDate::from_ymd_opt(2026, 1, 31).unwrap().and_hms_opt(12, 0, 0).unwrap();
    let row = vec![Cell::Percent("5.21".parse().unwrap()), Cell::Moment(noon)];
    let mut book = opened(to_bytes(Format::Excel, GOODS, [row]).unwrap());
    let range = book.worksheet_range("商品").unwrap();
    let row = range.rows().nth(1).unwrap();
    assert_eq!(row[0], Data::Float(0.0521));
    assert!(matches!(&row[1], Data::DateTime(moment) if moment.as_f64() == 46053.5));
}

#[test]
fn an_empty_file_still_has_its_headings() {
    let mut book = opened(to_bytes(Format::Excel, GOODS, []).unwrap());
    assert_eq!(book.worksheet_range("商品").unwrap().height(), 1);
}

use std::io::Write;

use chrono::NaiveDate;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};
use zip::write::SimpleFileOptions;

use super::*;

static STOCKOUTS: Layout = Layout::new(&[
    Column::required("vendor_code", &["廠商代碼", "廠商編號"]),
    Column::required("product_code", &["商品編號"]),
    Column::optional("qty", &["缺貨數量", "缺貨數"]),
    Column::optional("stockout_date", &["缺貨日期", "日期"]),
]);

type Read = (String, String, Option<i64>, Option<NaiveDate>);

fn parse(row: &mut Row<'_>) -> Option<Read> {
    let (vendor, product) = (row.code("vendor_code", 20), row.code("product_code", 20));
    let (qty, date) = (row.whole("qty", 0..=1_000_000), row.date("stockout_date"));
    Some((vendor?, product?, qty, date))
}

fn read_all(bytes: &[u8]) -> Result<Sheet<Read>, Unreadable> {
    read(bytes, &STOCKOUTS, parse)
}

fn workbook(fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(book.add_worksheet());
    book.save_to_buffer().unwrap()
}

fn write_row(sheet: &mut Worksheet, row: u32, cells: &[&str]) {
    for (column, cell) in (0..).zip(cells) {
        sheet.write(row, column, *cell).unwrap();
    }
}

fn headed(sheet: &mut Worksheet, row: u32) {
    write_row(sheet, row, &["廠商代碼", "商品編號", "缺貨數量", "缺貨日期"]);
}

fn day() -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(2026, 1, 29)
}

#[test]
fn a_sheet_as_people_make_it_is_read() {
    let bytes = workbook(|sheet| {
        sheet.merge_range(0, 0, 0, 3, "一月缺貨表", &Format::new()).unwrap();
        write_row(sheet, 1, &["製表人", "王"]);
        write_row(sheet, 3, &[" 廠商代碼* ", "商品 編號", "缺貨數量", "日期"]);
        write_row(sheet, 4, &["Ｖ００１", "P-1", "１,２３４", "115/01/29"]);
        sheet.write(5, 0, "V002").unwrap();
        sheet.write(5, 1, 4_710_088_412_345.0).unwrap();
        sheet.write(5, 2, 3).unwrap();
        sheet.write(5, 3, 46_051).unwrap();
        sheet.write(6, 0, "V003").unwrap();
        sheet.write(6, 1, "P-3").unwrap();
        sheet.write_formula(6, 2, Formula::new("=1+1").set_result("2")).unwrap();
        let format = Format::new().set_num_format("yyyy/mm/dd");
        sheet.write_with_format(6, 3, ExcelDateTime::from_ymd(2026, 1, 29).unwrap(), &format).unwrap();
        write_row(sheet, 7, &[" 廠商代碼* ", "商品 編號", "缺貨數量", "日期"]);
        write_row(sheet, 9, &["合計", "", "1239"]);
    });
    let sheet = read_all(&bytes).unwrap();
    let row =
        |vendor: &str, product: &str, qty: i64| (vendor.to_owned(), product.to_owned(), Some(qty), day());
    let expected = vec![
        (5, row("V001", "P-1", 1_234)),
        (6, row("V002", "4710088412345", 3)),
        (7, row("V003", "P-3", 2)),
    ];
    assert_eq!((sheet.rows, sheet.faults, sheet.total, sheet.failed), (expected, vec![], 3, 0));
}

#[test]
fn what_is_wrong_is_told_by_row_column_and_value() {
    let bytes = workbook(|sheet| {
        headed(sheet, 0);
        write_row(sheet, 1, &["V001", "P-1", "3", "2026/01/29"]);
        write_row(sheet, 2, &["", "P-2", "三", "2026/13/45"]);
        write_row(sheet, 3, &["V003", "P-3", "-1", ""]);
        write_row(sheet, 4, &["V004", "P-4", "1.5"]);
        write_row(sheet, 5, &["V123456789012345678901", "P-5"]);
    });
    let sheet = read_all(&bytes).unwrap();
    let found: Vec<_> =
        sheet.faults.iter().map(|fault| (fault.row, fault.column.as_str(), fault.code.as_str())).collect();
    assert_eq!(
        found,
        [
            (3, "vendor_code", "required"),
            (3, "qty", "wrong_type"),
            (3, "stockout_date", "invalid_date"),
            (4, "qty", "out_of_range"),
            (5, "qty", "out_of_range"),
            (6, "vendor_code", "too_long"),
        ]
    );
    assert_eq!(sheet.faults[2].message, "缺貨日期 must be a day like 2026/01/29 or 115/01/29");
    assert_eq!(sheet.faults[2].value.as_deref(), Some("2026/13/45"));
    assert_eq!(sheet.faults[0].value, None);
    assert_eq!((sheet.total, sheet.failed, sheet.rows.len()), (5, 4, 1));
}

#[test]
fn a_later_sheet_is_taken_when_the_first_has_no_header_and_the_first_header_wins() {
    let mut book = Workbook::new();
    write_row(book.add_worksheet().set_name("說明").unwrap(), 0, &["請填第二頁"]);
    let second = book.add_worksheet().set_name("缺貨").unwrap();
    headed(second, 2);
    write_row(second, 3, &["V001", "P-1"]);
    let third = book.add_worksheet();
    headed(third, 0);
    write_row(third, 1, &["V999", "P-9"]);
    let sheet = read_all(&book.save_to_buffer().unwrap()).unwrap();
    assert_eq!((sheet.name.as_str(), sheet.rows.len(), sheet.rows[0].1.0.as_str()), ("缺貨", 1, "V001"));
}

#[test]
fn a_cell_merged_over_rows_holds_for_each() {
    let bytes = workbook(|sheet| {
        headed(sheet, 0);
        sheet.merge_range(1, 0, 3, 0, "V001", &Format::new()).unwrap();
        for row in 1..4 {
            sheet.write(row, 1, format!("P-{row}")).unwrap();
        }
        write_row(sheet, 4, &["", "P-4"]);
    });
    let sheet = read_all(&bytes).unwrap();
    assert_eq!(
        sheet.rows.iter().map(|(row, read)| (*row, read.0.as_str())).collect::<Vec<_>>(),
        [(2, "V001"), (3, "V001"), (4, "V001")]
    );
    assert_eq!((sheet.faults.len(), sheet.faults[0].row), (1, 5));
}

#[test]
fn missing_columns_are_named_with_what_was_found() {
    let bytes = workbook(|sheet| {
        write_row(sheet, 0, &["title"]);
        write_row(sheet, 1, &["廠商代碼", "品名", "數量"]);
    });
    let error = read_all(&bytes).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("product_code (商品編號)") && text.contains("廠商代碼, 品名, 數量"), "{text}");
    let faults = error.faults();
    assert_eq!((faults.len(), faults[0].0), (1, "product_code"));
    assert_eq!(read_all(&workbook(|_| {})).unwrap_err(), Unreadable::Empty);
}

#[test]
fn text_is_read_with_the_rows_that_a_spreadsheet_would_show() {
    let text = "title\n\n廠商代碼;商品編號;缺貨數量\nV001;\"P\n1\";3\n\nV002;=\"007\";x\n總計;;4\n";
    let sheet = read_all(text.as_bytes()).unwrap();
    assert_eq!(sheet.rows, [(4, ("V001".to_owned(), "P 1".to_owned(), Some(3), None))]);
    assert_eq!((sheet.faults[0].row, sheet.faults[0].value.as_deref()), (6, Some("x")));
    let (big5, _, _) = encoding_rs::BIG5.encode("廠商代碼,商品編號\r\nV001,許功蓋\r\n");
    assert_eq!(read_all(&big5).unwrap().rows[0].1.1, "許功蓋");
}

fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(
            *name,
            SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated),
        )
        .unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn hostile_files_are_refused_by_name() {
    let good = workbook(|sheet| headed(sheet, 0));
    let corrupt = |error| matches!(error, Err(Unreadable::Corrupt(_)));
    assert!(corrupt(read_all(&good[..good.len() / 2])));
    let mut flipped = good.clone();
    for byte in flipped.iter_mut().skip(60).take(200) {
        *byte ^= 0x5A;
    }
    assert!(read_all(&flipped).is_err());
    let bomb = vec![b' '; usize::try_from(limits().0).unwrap() + 1];
    assert!(matches!(read_all(&zipped(&[("xl/workbook.xml", &bomb)])), Err(Unreadable::TooLarge(_))));
    assert_eq!(read_all(&zipped(&[("word/document.xml", b"<a/>")])).unwrap_err(), Unreadable::NotASheet);
    assert!(read_all(&zipped(&[("xl/workbook.xml", b"<workbook>")])).is_err());
    assert_eq!(read_all(b"").unwrap_err(), Unreadable::Empty);
    assert_eq!(read_all(b"%PDF-1.7").unwrap_err(), Unreadable::NotASheet);
    assert_eq!(read_all(b"<html><table>").unwrap_err(), Unreadable::NotASheet);
    let package: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let ole = [&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], &vec![0; 1024][..], &package].concat();
    assert_eq!(read_all(&ole).unwrap_err(), Unreadable::Encrypted);
}

fn limits() -> (u64, usize) {
    (crate::limits::SHEET_UNPACKED_BYTES, crate::limits::SHEET_ROWS)
}

#[test]
fn an_open_document_that_repeats_a_cell_without_end_is_refused_and_a_real_one_is_read() {
    let document = |rows: &str| {
        let content = format!(
            "<?xml version=\"1.0\"?><office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
             xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\">\
             <office:body><office:spreadsheet><table:table table:name=\"S\">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
        );
        zipped(&[
            ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
            (
                "META-INF/manifest.xml",
                b"<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>",
            ),
            ("content.xml", content.as_bytes()),
        ])
    };
    let cell = |text: &str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    let row = |cells: &[&str]| {
        format!(
            "<table:table-row>{}</table:table-row>",
            cells.iter().map(|text| cell(text)).collect::<String>()
        )
    };
    let tail = "<table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>";
    let good = format!("{}{}{tail}", row(&["廠商代碼", "商品編號"]), row(&["V001", "P-1"]));
    assert_eq!(read_all(&document(&good)).unwrap().rows.len(), 1);
    let bad = "<table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell office:value-type=\"string\" table:number-columns-repeated=\"16000\"><text:p>x</text:p></table:table-cell></table:table-row>";
    assert!(matches!(read_all(&document(bad)), Err(Unreadable::TooLarge(_))));
}

#[test]
fn more_rows_than_the_limit_are_refused() {
    let mut text = String::from("廠商代碼,商品編號\n");
    for _ in 0..=limits().1 {
        text.push_str("V,P\n");
    }
    assert!(matches!(read_all(text.as_bytes()), Err(Unreadable::TooLarge(_))));
}

#[test]
fn fields_are_parted_by_what_makes_a_header_of_a_row() {
    let first = |text: &str| read_all(text.as_bytes()).unwrap().rows.remove(0).1;
    let header = "廠商代碼,商品編號,備註\n";
    assert_eq!(first(&format!("{header}V1,P1,\"請;先;確認;規格;再;回\"\n")).1, "P1");
    assert_eq!(first(&format!("{header}V1,P1,a;b;c;d;e\n")).1, "P1");
    assert_eq!(first("廠商代碼\t商品編號\t缺貨數量\nV1\tP1,2,3,4\t1,000\n").2, Some(1_000));
    assert_eq!(first("廠商代碼;商品編號;缺貨數量\nV1;P1,2,3,4;1,000\n").2, Some(1_000));
    assert_eq!(first("報表,a,b,c,d\n廠商代碼;商品編號\nV1;P1\n").1, "P1");
}

#[test]
fn headers_with_units_and_unseen_letters_are_known() {
    let text = "廠商代碼(必填),商品編號【新】,缺貨日期\u{200b},缺貨數量（件）\nV1,P1,2026/1/29,3\n";
    let read = read_all(text.as_bytes()).unwrap().rows.remove(0).1;
    assert_eq!((read.2, read.3), (Some(3), day()));
    // and: what is written plainly counts first
    let text = "廠商代碼,商品編號,缺貨數量(箱),缺貨數量\nV1,P1,1,12\n";
    assert_eq!(read_all(text.as_bytes()).unwrap().rows[0].1.2, Some(12));
}

#[test]
fn goods_that_are_called_like_a_total_are_rows() {
    let text = "廠商代碼,商品編號\nTOTAL01,P1\nSUM2,P2\nTotal,\n小計（甲）,\n以上共 2 筆,\n";
    let sheet = read_all(text.as_bytes()).unwrap();
    assert_eq!((sheet.rows.len(), sheet.total), (2, 2));
}

#[test]
fn the_guard_of_an_export_is_no_part_of_a_code() {
    let text = "廠商代碼,商品編號\n'=1+1,'-P1\n'V2,P2\n";
    let rows = read_all(text.as_bytes()).unwrap().rows;
    assert_eq!((rows[0].1.0.as_str(), rows[0].1.1.as_str(), rows[1].1.0.as_str()), ("=1+1", "-P1", "'V2"));
}

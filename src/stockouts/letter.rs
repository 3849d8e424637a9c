//! A mail about stockouts, as a vendor reads it: subject, text, HTML and a workbook with the same rows.

use std::fmt::Write;

use aggregates::templates::built_in;
use aggregates::vendor_mails::Letter;
use chrono::NaiveDate;
use projections::stockouts::StockoutRow;
use projections::templates::find_template;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::html::escaped;
use crate::limits;
use crate::sheets::write::{Cell, Column, Format, Sheet, to_bytes};
use crate::templates::{Source, Variables, render};

/// The code of the template.
const TEMPLATE: &str = "stockout_mail";
/// Stands for the table while a template is rendered: no text of people holds it.
const TABLE_MARK: &str = "\u{E0F7}table\u{E0F7}";

/// The texts of the template as they are now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts {
    /// One line.
    pub subject: String,
    /// The rest.
    pub body: String,
}

/// The template in force: what a manager wrote, else the built-in one.
///
/// # Errors
/// When the database fails.
pub async fn template(pool: &PgPool) -> Result<Texts, sqlx::Error> {
    let written = find_template(pool, TEMPLATE).await?.filter(|written| written.enabled);
    let written = written.map(|written| Texts { subject: written.subject, body: written.body });
    let usual =
        || built_in(TEMPLATE).map(|usual| Texts { subject: usual.subject.into(), body: usual.body.into() });
    Ok(written.or_else(usual).unwrap_or(Texts { subject: String::new(), body: String::new() }))
}

static SHEET: Sheet = Sheet {
    name: "缺貨",
    columns: &[
        Column::new("商品編號", 16),
        Column::new("商品名稱", 30),
        Column::new("規格", 16),
        Column::new("缺貨數量", 10),
        Column::new("訂單編號", 18),
        Column::new("缺貨日期", 12),
        Column::new("預計到貨日", 12),
        Column::new("備註", 30),
    ],
};

/// A mail that is ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composed {
    /// In one line.
    pub subject: String,
    /// For programs that show no HTML.
    pub text: String,
    /// For the others.
    pub html: String,
    /// The workbook.
    pub workbook: Vec<u8>,
    /// What it is called.
    pub workbook_name: String,
}

/// Fills a template in and adds the rows. The text has them where the template lists them; the HTML has a table, at
/// `{{ table }}` or at the end, and no list beside it.
///
/// # Errors
/// Why the template cannot be filled in, or the workbook not be written.
pub fn compose(
    letter: &Letter,
    rows: &[StockoutRow],
    texts: &Texts,
    day: NaiveDate,
) -> Result<Composed, String> {
    let source = Source { subject: &texts.subject, body: &texts.body };
    let whole = render(&source, &variables(letter, rows, rows.len(), day), true)
        .map_err(|error| error.to_string())?;
    // Where the body counts the rows, it must see them all.
    let counts = texts.body.contains("length");
    let shown = if counts { rows } else { &[] };
    let around = render(&source, &variables(letter, shown, rows.len(), day), true)
        .map_err(|error| error.to_string())?;
    let names_all = rows.iter().all(|row| whole.body.contains(&row.product_code));
    let text = match whole.body.contains(TABLE_MARK) {
        false if !names_all => format!("{}\n\n{}", whole.body, text_table(rows)),
        _ => whole.body.replace(TABLE_MARK, &text_table(rows)),
    };
    let around =
        if around.body.contains(TABLE_MARK) { around.body } else { format!("{}{TABLE_MARK}", around.body) };
    let safe: String = letter.vendor_code.chars().filter(char::is_ascii_alphanumeric).collect();
    let workbook = to_bytes(Format::Excel, SHEET, rows.iter().map(cells));
    Ok(Composed {
        subject: one_line(&whole.subject.replace(TABLE_MARK, "")),
        text,
        html: html(&around, rows),
        workbook: workbook.map_err(|error| format!("the workbook cannot be written: {error}"))?,
        workbook_name: format!("stockouts-{safe}.xlsx"),
    })
}

/// What a template may name.
fn variables(letter: &Letter, rows: &[StockoutRow], count: usize, day: NaiveDate) -> Variables {
    let listed: Vec<Value> = rows
        .iter()
        .map(|row| {
            let [product_code, product_name, spec, _, order_no, stockout_date, expected_date, note] = shown(row);
            json!({
                "product_code": product_code, "product_name": product_name, "spec": spec, "qty": row.qty,
                "order_no": order_no, "stockout_date": stockout_date, "expected_date": expected_date, "note": note,
            })
        })
        .collect();
    let values = json!({
        "vendor_name": letter.vendor_name,
        "vendor_code": letter.vendor_code,
        "count": count,
        "date": day.to_string(),
        "rows": listed,
        "table": TABLE_MARK,
    });
    if let Value::Object(values) = values { values.into() } else { Variables::default() }
}

fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    words.join(" ").chars().take(limits::MAIL_SUBJECT_CHARS).collect()
}

fn cells(row: &StockoutRow) -> Vec<Cell> {
    vec![
        Cell::from(row.product_code.clone()),
        Cell::from(row.product_name.clone()),
        Cell::from(row.spec.clone()),
        Cell::from(row.qty),
        Cell::from(row.order_no.clone()),
        Cell::from(row.stockout_date),
        Cell::from(row.expected_date),
        Cell::from(row.note.clone()),
    ]
}

/// The same as people read it.
fn shown(row: &StockoutRow) -> [String; 8] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    [
        row.product_code.clone(),
        text(&row.product_name),
        text(&row.spec),
        row.qty.map(|qty| qty.to_string()).unwrap_or_default(),
        text(&row.order_no),
        day(row.stockout_date),
        day(row.expected_date),
        text(&row.note),
    ]
}

fn text_table(rows: &[StockoutRow]) -> String {
    let mut text = String::new();
    for (number, row) in (1..).zip(rows) {
        let values = shown(row);
        let said = SHEET.columns.iter().zip(&values).filter(|(_, value)| !value.is_empty());
        let said: Vec<String> = said.map(|(column, value)| format!("{}：{value}", column.title)).collect();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{number}. {}", said.join("　"));
    }
    text.trim_end().to_owned()
}

fn html(body: &str, rows: &[StockoutRow]) -> String {
    let mut page = String::from(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"></head><body style=\"font-family:sans-serif;font-size:14px;color:#222\">",
    );
    for (index, part) in body.split(TABLE_MARK).enumerate() {
        if index > 0 {
            page.push_str(&html_table(rows));
        }
        let part = part.trim();
        if !part.is_empty() {
            let _ = write!(page, "<p>{}</p>", escaped(part).replace('\n', "<br>"));
        }
    }
    page.push_str("</body></html>");
    page
}

fn html_table(rows: &[StockoutRow]) -> String {
    const CELL: &str = "border:1px solid #bbb;padding:4px 8px;text-align:left";
    let mut table = String::from("<table style=\"border-collapse:collapse\"><thead><tr>");
    for column in SHEET.columns {
        let _ = write!(table, "<th style=\"{CELL};background:#eee\">{}</th>", column.title);
    }
    table.push_str("</tr></thead><tbody>");
    for row in rows {
        table.push_str("<tr>");
        for value in shown(row) {
            let _ = write!(table, "<td style=\"{CELL}\">{}</td>", escaped(&value));
        }
        table.push_str("</tr>");
    }
    table.push_str("</tbody></table>");
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(subject: &str, body: &str) -> Texts {
        Texts { subject: subject.into(), body: body.into() }
    }

    #[test]
    fn nothing_that_a_vendor_is_called_is_obeyed() {
        let letter = Letter {
            vendor_code: "V/../1".into(),
            vendor_name: "<script>alert(1)</script>\r\nBcc: all@example.com".into(),
            ..Letter::default()
        };
        let row = StockoutRow {
            product_code: "=cmd|' /C calc'!A0".into(),
            product_name: Some("<b>茶</b> {{ 7 * 7 }}".into()),
            qty: Some(3),
            ..StockoutRow::default()
        };
        let template = texts("缺貨 {{ vendor_name }}", "{{ vendor_name }}\n{{ table }}\n謝謝");
        let mail = compose(&letter, &[row], &template, NaiveDate::MIN).unwrap();
        assert!(!mail.subject.contains(['\r', '\n']), "{}", mail.subject);
        assert!(
            !mail.html.contains("<script>") && mail.html.contains("&lt;b&gt;茶&lt;/b&gt; {{ 7 * 7 }}"),
            "{}",
            mail.html
        );
        assert!(mail.text.contains("1. 商品編號：=cmd|' /C calc'!A0　商品名稱：<b>茶</b>"), "{}", mail.text);
        assert_eq!(mail.workbook_name, "stockouts-V1.xlsx");
        assert!(mail.workbook.starts_with(b"PK"));
    }

    #[test]
    fn the_rows_are_there_once_whatever_a_template_says() {
        let rows = [StockoutRow { product_code: "P-1".into(), ..StockoutRow::default() }];
        let composed =
            |body: &str| compose(&Letter::default(), &rows, &texts("s", body), NaiveDate::MIN).unwrap();
        let forgot = composed("hello");
        assert!(forgot.text.starts_with("hello\n\n1. 商品編號：P-1"), "{}", forgot.text);
        let listing = composed("hello\n{% for row in rows %}- {{ row.product_code }}{% endfor %}");
        assert_eq!(listing.text, "hello\n- P-1");
        for html in [forgot.html, listing.html] {
            assert!(html.contains("<p>hello</p><table") && html.matches("P-1").count() == 1, "{html}");
        }
    }
}

//! Samples of the events of sales.

use aggregates::sales::{KeptFigures, SalesEvent, SalesRow};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::samples::{hundredths, text};

/// Each event of sales, with every field and with nothing that may be missing.
pub(crate) fn events() -> Vec<(&'static str, SalesEvent)> {
    use SalesEvent::*;
    let (date, batch) = (NaiveDate::from_ymd_opt(2026, 1, 29).unwrap_or_default(), Uuid::from_u128(0x51));
    let (file, product_code) = (text("1月業績.xlsx"), "P0001".to_owned());
    let full = SalesRow {
        product_code: product_code.clone(),
        product_name: text("高山茶 150g"),
        brand: text("Tea House"),
        category: text("茶葉"),
        pm: text("Mei"),
        vendor_code: text("V001"),
        qty: Decimal::from(3),
        amount: hundredths(98_450),
        cost: Some(Decimal::from(600)),
        gross_profit: Some(hundredths(38_450)),
        orders: Some(2),
    };
    let bare = SalesRow {
        product_code: "P0002".to_owned(),
        qty: Decimal::from(-1),
        amount: Decimal::from(-320),
        ..SalesRow::default()
    };
    let kept = vec![KeptFigures { product_code: product_code.clone(), batch: Uuid::from_u128(0x52) }];
    let rows = || vec![full.clone(), bare.clone()];
    vec![
        ("full", SalesRecorded { date, batch, file: file.clone(), rows: rows() }),
        ("bare", SalesRecorded { date, batch, file: None, rows: vec![bare.clone()] }),
        ("full", SalesRestated { date, batch, file: file.clone(), rows: rows() }),
        ("full", SalesConfirmed { date, batch, file, product_codes: vec![product_code.clone()] }),
        (
            "full",
            SalesBatchUndone {
                date,
                batch,
                restored: rows(),
                removed: vec![product_code],
                kept: kept.clone(),
            },
        ),
        ("full", SalesBatchRedone { date, batch, rows: rows(), kept }),
    ]
}

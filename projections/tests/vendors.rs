//! Vendors by number and by code.

use aggregates::vendors::{Vendor, VendorCommand, VendorDetails, VendorPatch};
use projections::vendors::vendors_by_code;

use crate::support::{History, House};

fn takes_in(history: &mut History, number: i64, code: &str) {
    let details = VendorDetails {
        vendor_code: code.to_owned(),
        vendor_name: format!("vendor {number}"),
        ..VendorDetails::default()
    };
    let command = VendorCommand::Create { number, details, emails: Vec::new() };
    history.execute::<Vendor>(&number.to_string(), command).unwrap();
}

#[tokio::test]
async fn a_code_may_pass_from_one_vendor_to_another_within_a_batch() {
    let mut history = History::default();
    takes_in(&mut history, 1, "V2");
    takes_in(&mut history, 2, "V1");
    let patch = VendorPatch { vendor_code: Some("V3".to_owned()), ..VendorPatch::default() };
    history.execute::<Vendor>("2", VendorCommand::Change { patch, emails: None }).unwrap();
    let patch = VendorPatch { vendor_code: Some("V1".to_owned()), ..VendorPatch::default() };
    history.execute::<Vendor>("1", VendorCommand::Change { patch, emails: None }).unwrap();
    let house = House::new().await;
    // The two were written before; then both change in one batch, and the lower number is written first.
    house.fold(&history, 2).await.unwrap();
    let codes = ["V1", "V2", "V3"].map(str::to_owned);
    let found = vendors_by_code(&house.pool, &codes).await.unwrap();
    assert_eq!((found.get("V1"), found.get("V2"), found.get("V3")), (Some(&1), None, Some(&2)));
}

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::faults::{AMOUNT_MAX, COUNT_MAX, Faults, NAME_CHARS_MAX};
use crate::{Fault, Refusal};

/// Decimal places of quantities and money that are kept.
const PLACES: u32 = 4;
/// The longest code of a product or a vendor, in characters.
const CODE_CHARS_MAX: usize = 100;

/// What was sold of one product on one day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SalesRow {
    /// The goods code; not empty.
    pub product_code: String,
    /// Its name in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_name: Option<String>,
    /// The brand in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// The department in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// The product manager.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pm: Option<String>,
    /// Who delivers it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor_code: Option<String>,
    /// Pieces; negative: more came back than went out.
    pub qty: Decimal,
    /// Money taken, in TWD.
    pub amount: Decimal,
    /// What the goods cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Decimal>,
    /// Amount less cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gross_profit: Option<Decimal>,
    /// Orders.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orders: Option<i64>,
}

/// A text column of a [`SalesRow`] by which sales are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SalesColumn {
    /// The product manager.
    Pm,
    /// The brand.
    Brand,
    /// The department.
    Category,
}

impl SalesColumn {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Pm, Self::Brand, Self::Category];

    /// Its name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Pm => "pm",
            Self::Brand => "brand",
            Self::Category => "category",
        }
    }

    /// What it says of `row`.
    pub fn of(self, row: &SalesRow) -> Option<&str> {
        match self {
            Self::Pm => row.pm.as_deref(),
            Self::Brand => row.brand.as_deref(),
            Self::Category => row.category.as_deref(),
        }
    }
}

impl SalesRow {
    /// Brings the row into the form that is stored: texts trimmed and never empty, numbers without needless zeros,
    /// gross profit worked out where it can be.
    ///
    /// # Errors
    /// Everything that is wrong with it; the faults' fields are those of the row.
    pub fn checked(self) -> Result<Self, Vec<Fault>> {
        let mut faults = Faults::default();
        let row = self.check(&mut faults);
        match faults.verdict() {
            Ok(()) => Ok(row),
            Err(Refusal::Invalid(faults)) => Err(faults),
            Err(Refusal::NotFound(_)) => Ok(row),
        }
    }

    pub(super) fn check(mut self, faults: &mut Faults) -> Self {
        faults.name("product_code", Some(&mut self.product_code), CODE_CHARS_MAX);
        faults.printable("product_code", &self.product_code);
        check_text(faults, "product_name", &mut self.product_name, NAME_CHARS_MAX);
        check_text(faults, "brand", &mut self.brand, NAME_CHARS_MAX);
        check_text(faults, "category", &mut self.category, NAME_CHARS_MAX);
        check_text(faults, "pm", &mut self.pm, NAME_CHARS_MAX);
        check_text(faults, "vendor_code", &mut self.vendor_code, CODE_CHARS_MAX);
        let money = -AMOUNT_MAX..=AMOUNT_MAX;
        faults.decimal("qty", Some(&mut self.qty), PLACES, money.clone());
        faults.decimal("amount", Some(&mut self.amount), PLACES, money.clone());
        faults.decimal("cost", self.cost.as_mut(), PLACES, money.clone());
        faults.decimal("gross_profit", self.gross_profit.as_mut(), PLACES, money);
        if self.orders.is_some_and(|orders| !(-COUNT_MAX..=COUNT_MAX).contains(&orders)) {
            faults.add("orders", "out_of_range", &format!("must be within {COUNT_MAX} of zero"));
        }
        if self.gross_profit.is_none() {
            self.gross_profit = self.cost.map(|cost| self.amount - cost);
        }
        self.normalized()
    }

    /// This row and another of the same product and file: numbers added, texts those of the first that says any.
    #[must_use]
    pub(super) fn and(self, other: &Self) -> Self {
        let text = |own: Option<String>, other: &Option<String>| own.or_else(|| other.clone());
        Self {
            product_name: text(self.product_name, &other.product_name),
            brand: text(self.brand, &other.brand),
            category: text(self.category, &other.category),
            pm: text(self.pm, &other.pm),
            vendor_code: text(self.vendor_code, &other.vendor_code),
            qty: self.qty + other.qty,
            amount: self.amount + other.amount,
            cost: sum(self.cost, other.cost),
            gross_profit: sum(self.gross_profit, other.gross_profit),
            orders: match (self.orders, other.orders) {
                (Some(own), Some(other)) => Some(own.saturating_add(other)),
                (own, other) => own.or(other),
            },
            product_code: self.product_code,
        }
        .normalized()
    }

    /// Equal numbers become equal JSON.
    fn normalized(mut self) -> Self {
        for number in
            [&mut self.qty, &mut self.amount].into_iter().chain(&mut self.cost).chain(&mut self.gross_profit)
        {
            *number = number.normalize();
        }
        self
    }
}

/// What is known of two; nothing when neither is.
fn sum(own: Option<Decimal>, other: Option<Decimal>) -> Option<Decimal> {
    match (own, other) {
        (Some(own), Some(other)) => Some(own + other),
        (own, other) => own.or(other),
    }
}

/// A text is trimmed; a blank one says nothing.
fn check_text(faults: &mut Faults, field: &str, text: &mut Option<String>, chars_max: usize) {
    if let Some(said) = text.take() {
        let trimmed = said.trim();
        if !trimmed.is_empty() {
            *text = Some(if trimmed.len() == said.len() { said } else { trimmed.to_owned() });
        }
    }
    if let Some(said) = text.as_deref() {
        faults.printable(field, said);
    }
    let sent = text.take().map(Some);
    faults.text(field, &sent, chars_max);
    *text = sent.flatten();
}

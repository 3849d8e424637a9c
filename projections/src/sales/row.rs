//! The rows of the three tables.

use aggregates::sales::SalesRow;
use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::table::read_table;

/// What is in force for a product of a day: a row of `sales_rows`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DayRow {
    /// The day.
    pub date: NaiveDate,
    /// The figures.
    pub sold: SalesRow,
}

read_table! { DayRow in "sales_rows" by (date, product_code) {
    date: date = date,
    product_code: text = sold.product_code,
    product_name: text = sold.product_name,
    brand: text = sold.brand,
    category: text = sold.category,
    pm: text = sold.pm,
    vendor_code: text = sold.vendor_code,
    qty: numeric = sold.qty,
    amount: numeric = sold.amount,
    cost: numeric = sold.cost,
    gross_profit: numeric = sold.gross_profit,
    orders: bigint = sold.orders,
} }

/// Sums of a day, whole or of one name: a row of `sales_totals`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TotalRow {
    /// `all`, or the column by which it is summed.
    pub dimension: String,
    /// The day.
    pub date: NaiveDate,
    /// The name in that column; empty: none is known.
    pub name: String,
    /// The sums.
    pub sums: Sums,
}

read_table! { TotalRow in "sales_totals" by (dimension, date, name) {
    dimension: text = dimension,
    date: date = date,
    name: text = name,
    products: bigint = sums.products,
    qty: numeric = sums.qty,
    amount: numeric = sums.amount,
    cost: numeric = sums.cost,
    costs: bigint = sums.costs,
    gross_profit: numeric = sums.gross_profit,
    gross_profits: bigint = sums.gross_profits,
    orders: bigint = sums.orders,
    orders_known: bigint = sums.orders_known,
} }

/// Figures of several products, and of how many they are known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sums {
    /// Products.
    pub products: i64,
    /// Pieces.
    pub qty: Decimal,
    /// Money taken.
    pub amount: Decimal,
    /// What the goods cost, where it is known.
    pub cost: Decimal,
    /// Products whose cost is known.
    pub costs: i64,
    /// Gross profit, where it is known.
    pub gross_profit: Decimal,
    /// Products whose gross profit is known.
    pub gross_profits: i64,
    /// Orders, where they are known.
    pub orders: i64,
    /// Products whose orders are known.
    pub orders_known: i64,
}

impl Sums {
    /// The figures of one product.
    pub(super) fn of(row: &SalesRow) -> Self {
        Self {
            products: 1,
            qty: row.qty,
            amount: row.amount,
            cost: row.cost.unwrap_or_default(),
            costs: row.cost.is_some().into(),
            gross_profit: row.gross_profit.unwrap_or_default(),
            gross_profits: row.gross_profit.is_some().into(),
            orders: row.orders.unwrap_or_default(),
            orders_known: row.orders.is_some().into(),
        }
    }

    /// Takes others in. Sums have no needless zeros, so that the order in which they were made leaves no trace.
    pub(super) fn add(&mut self, other: &Self) {
        self.products += other.products;
        self.qty = (self.qty + other.qty).normalize();
        self.amount = (self.amount + other.amount).normalize();
        self.cost = (self.cost + other.cost).normalize();
        self.costs += other.costs;
        self.gross_profit = (self.gross_profit + other.gross_profit).normalize();
        self.gross_profits += other.gross_profits;
        self.orders = self.orders.saturating_add(other.orders);
        self.orders_known += other.orders_known;
    }

    /// What takes these away again when it is added.
    pub(super) fn negated(self) -> Self {
        Self {
            products: -self.products,
            qty: -self.qty,
            amount: -self.amount,
            cost: -self.cost,
            costs: -self.costs,
            gross_profit: -self.gross_profit,
            gross_profits: -self.gross_profits,
            orders: -self.orders,
            orders_known: -self.orders_known,
        }
    }
}

/// What an import said of a day: a row of `sales_batches`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BatchRow {
    /// The import.
    pub batch_id: Uuid,
    /// The day.
    pub date: NaiveDate,
    /// The file's name.
    pub file: Option<String>,
    /// Products of which nothing was in force before.
    pub recorded: i64,
    /// Products whose figures it replaced.
    pub restated: i64,
    /// Products of which it said again what was in force.
    pub confirmed: i64,
    /// What was in force for the products restated.
    pub amount_before: Decimal,
    /// What it said instead.
    pub amount_after: Decimal,
    /// When.
    pub imported_at: DateTime<Utc>,
    /// By whom, see [`crate::users::author`].
    pub imported_by: String,
    /// Its first event: the order of a day's imports.
    pub first_position: i64,
    /// Whether it counts no more.
    pub is_undone: bool,
}

read_table! { BatchRow in "sales_batches" by (batch_id, date) {
    batch_id: uuid = batch_id,
    date: date = date,
    file: text = file,
    recorded: bigint = recorded,
    restated: bigint = restated,
    confirmed: bigint = confirmed,
    amount_before: numeric = amount_before,
    amount_after: numeric = amount_after,
    imported_at: timestamptz = imported_at,
    imported_by: text = imported_by,
    first_position: bigint = first_position,
    is_undone: boolean = is_undone,
} }

//! Rows say what the folded states of their streams say: a projection and an aggregate read the same events.

use std::collections::BTreeSet;

use aggregates::Decider;
use aggregates::alerts::AlertRule;
use aggregates::copywriting::Generation;
use aggregates::imports::Import;
use aggregates::notifications::Notification;
use aggregates::sales::SalesDay;
use aggregates::stockouts::StockoutBatch;
use aggregates::users::User;
use aggregates::vendors::Vendor;

use crate::busy;
use crate::support::{History, House};

/// A history of all slices, folded in batches of no particular size.
async fn house() -> (History, House) {
    let history = busy::history(busy::all(), 4_000, 5);
    let house = House::new().await;
    house.fold(&history, 37).await.unwrap();
    (history, house)
}

/// One line for each thing of a kind, as its state tells it.
fn told<A: Decider>(history: &History, lines: impl Fn(&A) -> Vec<String>) -> BTreeSet<String> {
    let told: BTreeSet<String> = history.states::<A>().into_iter().flat_map(lines).collect();
    assert!(told.len() >= 4, "{} of {}: too little to prove anything", told.len(), A::KIND);
    told
}

/// One line for each row.
async fn shown(house: &House, sql: &str) -> BTreeSet<String> {
    sqlx::query_scalar(sql).fetch_all(&house.pool).await.unwrap().into_iter().collect()
}

macro_rules! line {
    ($($part:expr),+ $(,)?) => { [$($part.to_string()),+].join("|") };
}

fn or_none(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| value.to_string())
}

#[tokio::test]
async fn vendors_and_users_are_as_their_streams_say() {
    let (history, house) = house().await;
    let vendors = told(&history, |vendor: &Vendor| {
        let details = &vendor.details;
        vec![line![vendor.number, vendor.is_active, details.vendor_code, or_none(details.pm.as_ref())]]
    });
    let sql =
        "SELECT concat_ws('|', number, is_active::text, vendor_code, coalesce(pm, 'none')) FROM vendors";
    assert_eq!(shown(&house, sql).await, vendors);
    let emails = told(&history, |vendor: &Vendor| {
        let line = |email: &aggregates::vendors::VendorEmail| line![vendor.number, email.id, email.email];
        vendor.emails.iter().map(line).collect()
    });
    let sql = "SELECT concat_ws('|', vendor, number, email) FROM vendor_emails WHERE is_active";
    assert_eq!(shown(&house, sql).await, emails);
    let users = told(&history, |user: &User| {
        let may_come_in = user.is_active && !user.is_disabled;
        vec![line![
            user.number,
            user.username,
            or_none(user.email.as_ref()),
            user.role.code(),
            may_come_in,
            !user.is_active
        ]]
    });
    let sql = "SELECT concat_ws('|', number, username, coalesce(email, 'none'), role, is_active::text, \
               is_removed::text) FROM users";
    assert_eq!(shown(&house, sql).await, users);
}

#[tokio::test]
async fn stockouts_and_imports_are_as_their_streams_say() {
    let (history, house) = house().await;
    let rows = told(&history, |batch: &StockoutBatch| {
        let standing = batch.rows.iter();
        let standing = standing
            .map(|(id, row)| line![batch.id, id, row.status.code(), row.was_mailed, or_none(row.mail)]);
        standing.chain(batch.reversed.iter().map(|id| line![batch.id, id, "reversed"])).collect()
    });
    let sql = "SELECT CASE WHEN is_reversed THEN concat_ws('|', batch, number, 'reversed') \
                 ELSE concat_ws('|', batch, number, status, was_mailed::text, coalesce(mail::text, 'none')) END \
                 FROM stockouts";
    assert_eq!(shown(&house, sql).await, rows);
    let batches =
        told(&history, |batch: &StockoutBatch| vec![line![batch.id, batch.is_undone, batch.reversed.len()]]);
    let sql = "SELECT concat_ws('|', id, is_undone::text, reversed) FROM stockout_batches";
    assert_eq!(shown(&house, sql).await, batches);
    let imports = told(&history, |import: &Import| {
        vec![line![
            import.id,
            import.state.code(),
            import.progress(),
            import.imported,
            import.failed,
            import.reversed,
            import.kept.len(),
            import.faults.len(),
            or_none(import.note.as_ref())
        ]]
    });
    let sql = "SELECT concat_ws('|', id, state, progress, imported, failed, reversed, jsonb_array_length(kept::jsonb), \
               jsonb_array_length(faults::jsonb), coalesce(note, 'none')) FROM imports";
    assert_eq!(shown(&house, sql).await, imports);
}

#[tokio::test]
async fn sales_in_force_are_as_their_days_say_and_sums_are_sums_of_them() {
    let (history, house) = house().await;
    let sold = told(&history, |day: &SalesDay| {
        let in_force = day.products.keys().filter_map(|code| day.in_force(code));
        let date = day.date.unwrap();
        in_force
            .map(|(row, _)| line![date, row.product_code, row.qty, row.amount, or_none(row.cost)])
            .collect()
    });
    let sql = "SELECT concat_ws('|', date, product_code, qty, amount, coalesce(cost::text, 'none')) FROM sales_rows";
    assert_eq!(shown(&house, sql).await, sold);
    let undone = told(&history, |day: &SalesDay| {
        let line =
            |batch: &aggregates::sales::SalesBatchState| line![day.date.unwrap(), batch.id, batch.is_undone];
        day.batches.iter().map(line).collect()
    });
    let sql = "SELECT concat_ws('|', date, batch_id, is_undone::text) FROM sales_batches";
    assert_eq!(shown(&house, sql).await, undone);
    let wrong = "WITH named AS (SELECT 'all' AS dimension, date, '' AS name, item.* FROM sales_rows item \
         UNION ALL SELECT 'pm', date, coalesce(pm, ''), item.* FROM sales_rows item \
         UNION ALL SELECT 'brand', date, coalesce(brand, ''), item.* FROM sales_rows item \
         UNION ALL SELECT 'category', date, coalesce(category, ''), item.* FROM sales_rows item)";
    let wrong =
        wrong.replace(", item.*", ", item.qty, item.amount, item.cost, item.gross_profit, item.orders");
    let sql = format!(
        "{wrong}, summed AS (SELECT dimension, date, name, count(*) AS products, sum(qty) AS qty, sum(amount) AS amount, \
             coalesce(sum(cost), 0) AS cost, count(cost) AS costs, coalesce(sum(gross_profit), 0) AS gross_profit, \
             count(gross_profit) AS gross_profits, coalesce(sum(orders), 0) AS orders, count(orders) AS orders_known \
           FROM named GROUP BY 1, 2, 3) \
         SELECT concat_ws('|', dimension, date, name, kept.amount, summed.amount) \
           FROM sales_totals kept FULL JOIN summed USING (dimension, date, name) \
          WHERE (kept.products, kept.qty, kept.amount, kept.cost, kept.costs, kept.gross_profit, kept.gross_profits, \
                 kept.orders, kept.orders_known) \
             IS DISTINCT FROM (summed.products, summed.qty, summed.amount, summed.cost, summed.costs, \
                 summed.gross_profit, summed.gross_profits, summed.orders, summed.orders_known)"
    );
    assert_eq!(shown(&house, &sql).await, BTreeSet::new());
}

#[tokio::test]
async fn rules_messages_and_requests_are_as_their_streams_say() {
    let (history, house) = house().await;
    let rules = told(&history, |rule: &AlertRule| {
        vec![line![rule.id, rule.is_active, rule.version, rule.settings.name]]
    });
    let sql =
        "SELECT concat_ws('|', id, is_active::text, version, settings::jsonb ->> 'name') FROM alert_rules";
    assert_eq!(shown(&house, sql).await, rules);
    let messages = told(&history, |message: &Notification| {
        vec![line![
            message.id,
            message.status.code(),
            message.message.to.join(", "),
            or_none(message.reason.as_ref())
        ]]
    });
    let sql = "SELECT concat_ws('|', id, status, recipients, coalesce(reason, 'none')) FROM notifications";
    assert_eq!(shown(&house, sql).await, messages);
    let requests = told(&history, |request: &Generation| {
        vec![line![request.number, request.user_id, request.is_favorite, request.is_active]]
    });
    let sql = "SELECT concat_ws('|', number, user_id, is_favorite::text, is_active::text) FROM generations";
    assert_eq!(shown(&house, sql).await, requests);
}

use aggregates::sales::SalesDay;
use chrono::NaiveDate;
use projections::sales::SalesItem;
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

/// A day of sales as it stood: which imports spoke of it, and what was in force.
#[derive(Serialize)]
struct DayView<'a> {
    date: Option<NaiveDate>,
    batches: Vec<BatchView<'a>>,
    items: Vec<ItemView>,
}

#[derive(Serialize)]
struct BatchView<'a> {
    batch_id: Uuid,
    file: Option<&'a str>,
    is_undone: bool,
}

#[derive(Serialize)]
struct ItemView {
    #[serde(flatten)]
    item: SalesItem,
    /// The import whose figures these are.
    batch_id: Uuid,
}

/// The fields of a day as clients know them.
pub(super) fn fields(day: &SalesDay) -> serde_json::Result<Map<String, Value>> {
    let batches = day.batches.iter().map(|batch| BatchView {
        batch_id: batch.id,
        file: batch.file.as_deref(),
        is_undone: batch.is_undone,
    });
    let items = day
        .products
        .keys()
        .filter_map(|code| day.in_force(code))
        .map(|(row, batch_id)| ItemView { item: SalesItem::from(row.clone()), batch_id });
    let view = DayView { date: day.date, batches: batches.collect(), items: items.collect() };
    match serde_json::to_value(view)? {
        Value::Object(fields) => Ok(fields),
        _ => Ok(Map::new()),
    }
}

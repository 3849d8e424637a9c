use chrono::Utc;
use projections::Page;
use projections::listings::{BoardQuery, Filter, ListingItem, board};

use super::words::amount;
use super::{BotError, Reply};
use crate::app::App;
use crate::limits;

/// What rose, fell and vanished since midnight.
pub(super) async fn answer(app: &App) -> Result<Reply, BotError> {
    let zone = app.zone();
    let since = zone.start_of(zone.day(Utc::now()));
    let mut parts = vec![format!("📊 今日價格異動　{}", zone.minute(Utc::now()))];
    for (title, filter, is_descending) in [
        ("📈 漲價", Filter::Increase, true),
        ("📉 降價", Filter::Decrease, false),
        ("🚫 下架", Filter::Delisted, true),
    ] {
        let query = BoardQuery {
            page: Page::new(Some(1), Some(limits::BOT_LINES)),
            category: None,
            filter,
            since,
            search: None,
            sort_by: if filter == Filter::Delisted { "id" } else { "change_percent" },
            is_descending,
        };
        let found = board(&app.pool, &query, zone).await?;
        parts.push(format!("{title} {} 項", found.total));
        parts.extend(found.items.iter().map(line));
    }
    Ok(parts.join("\n").into())
}

fn line(item: &ListingItem) -> String {
    let name = item.name.clone().or_else(|| item.product_id.clone()).unwrap_or_else(|| item.id.to_string());
    match (&item.previous_price, &item.price, &item.change_percent) {
        (Some(previous), Some(price), Some(percent)) => {
            format!("・{name}　{} → {}（{}%）", amount(previous), amount(price), amount(percent))
        }
        _ => format!("・{name}"),
    }
}

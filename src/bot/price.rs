use chrono::Utc;
use projections::Page;
use projections::listings::{
    BoardQuery, Filter, ListingItem, board, find_listing, resolve, statistics, timeline,
};

use super::words::amount;
use super::{BotError, Reply};
use crate::app::App;
use crate::limits;

/// Over how many days the lowest and the highest price are told.
const DAYS: i64 = 90;

/// One listing's price with its history, by number, goods code or name.
pub(super) async fn answer(app: &App, args: &[String]) -> Result<Reply, BotError> {
    let words = args.join(" ");
    if words.is_empty() {
        return Ok("請附上商品編號或名稱，例如 /price 12345678。".to_owned().into());
    }
    if let Some(number) = resolve(&app.pool, &words).await? {
        return one(app, number).await;
    }
    let zone = app.zone();
    let query = BoardQuery {
        page: Page::new(Some(1), Some(limits::BOT_LINES)),
        category: None,
        filter: Filter::All,
        since: zone.start_of(zone.day(Utc::now())),
        search: Some(words.clone()),
        sort_by: "id",
        is_descending: false,
    };
    let found = board(&app.pool, &query, zone).await?;
    match found.items.as_slice() {
        [] => Ok(format!("找不到「{words}」。").into()),
        [only] => one(app, only.id).await,
        several => {
            let lines: Vec<_> = several.iter().map(line).collect();
            let more = found.total - i64::try_from(several.len()).unwrap_or(found.total);
            let rest = if more > 0 { format!("\n…… 另有 {more} 項") } else { String::new() };
            Ok(format!("🔎 符合「{words}」\n{}{rest}", lines.join("\n")).into())
        }
    }
}

async fn one(app: &App, number: i64) -> Result<Reply, BotError> {
    let zone = app.zone();
    let Some(found) = find_listing(&app.pool, number, zone).await? else {
        return Ok(format!("找不到商品 {number}。").into());
    };
    let item = &found.view.item;
    let timeline = timeline(&app.pool, number).await?;
    let history = statistics(&timeline, DAYS, Utc::now(), zone);
    let chart = super::chart::of(app, &found.view, &timeline, DAYS).await?;
    let mut lines = vec![format!("🏷 {}", name(item))];
    match &item.price {
        Some(price) => lines.push(format!("現價 {} {}", found.view.currency, amount(price))),
        None => lines.push("尚無價格".to_owned()),
    }
    if let (Some(previous), Some(change), Some(percent)) =
        (&item.previous_price, &item.price_change, &item.change_percent)
    {
        lines.push(format!("前價 {}（{}，{}%）", amount(previous), amount(change), amount(percent)));
    }
    if let (Some(lowest), Some(at)) = (&history.lowest, &history.lowest_at) {
        lines.push(format!("{DAYS} 天最低 {}（{at}）", amount(lowest)));
    }
    if let (Some(highest), Some(at)) = (&history.highest, &history.highest_at) {
        lines.push(format!("{DAYS} 天最高 {}（{at}）", amount(highest)));
    }
    if item.status == "delisted" {
        lines.push("🚫 已下架".to_owned());
    } else if item.stock_status == "out_of_stock" {
        lines.push("⚠️ 缺貨中".to_owned());
    }
    lines.push(format!("最後檢查 {}", item.last_checked.as_deref().unwrap_or("—")));
    let has_prices = !chart.stretches.is_empty();
    Ok(Reply { text: lines.join("\n"), chart: has_prices.then_some(chart) })
}

fn name(item: &ListingItem) -> String {
    let code = item.product_id.clone().unwrap_or_else(|| item.id.to_string());
    item.name.as_ref().map_or_else(|| code.clone(), |name| format!("{name}（{code}）"))
}

fn line(item: &ListingItem) -> String {
    let price = item.price.as_ref().map_or_else(|| "—".to_owned(), amount);
    format!("・{}　{price}", name(item))
}

use chrono::{Days, NaiveDate, Utc};
use projections::Amount;
use projections::sales::{SalesFilter, day, newest_date};

use super::words::amount;
use super::{BotError, Reply};
use crate::app::App;
use crate::limits;

/// A day's sales: today, yesterday, a date, or the newest day there is.
pub(super) async fn answer(app: &App, args: &[String]) -> Result<Reply, BotError> {
    let zone = app.zone();
    let today = zone.day(Utc::now());
    let date = match args.first().map_or("", String::as_str) {
        "" | "latest" | "最新" => None,
        "today" | "今天" | "今日" => Some(today),
        "yesterday" | "昨天" | "昨日" => today.checked_sub_days(Days::new(1)),
        word => match word.parse::<NaiveDate>() {
            Ok(date) => Some(date),
            Err(_) => return Ok("日期請用 today、yesterday 或 2026-01-29。".to_owned().into()),
        },
    };
    let found = day(&app.pool, &SalesFilter { date, ..SalesFilter::default() }, zone).await?;
    let Some(shown) = found.date.filter(|_| !found.items.is_empty()) else {
        let newest = newest_date(&app.pool).await?;
        let hint = newest.map(|newest| format!("最新資料為 {newest}。")).unwrap_or_default();
        let asked = date.map(|date| format!("{date} ")).unwrap_or_default();
        return Ok(format!("{asked}尚無業績資料。{hint}").into());
    };
    let figures = &found.summary.figures;
    let mut lines = vec![
        format!("📈 業績　{shown}"),
        format!("金額 {}　數量 {}", amount(&figures.amount), amount(&figures.qty)),
    ];
    if let Some(profit) = &figures.gross_profit {
        lines.push(format!("毛利 {}", amount(profit)));
    }
    if let Some(orders) = figures.orders {
        lines.push(format!("訂單 {}", amount(&Amount(orders.into()))));
    }
    lines.push("前幾名商品：".to_owned());
    let best = found.items.iter().take(usize::try_from(limits::BOT_LINES).unwrap_or_default());
    lines.extend(best.map(|item| {
        let name = item.product_name.as_deref().unwrap_or(&item.product_code);
        format!("・{name}　{}", amount(&item.amount))
    }));
    Ok(lines.join("\n").into())
}

use aggregates::stockouts::RowStatus;
use projections::Page;
use projections::stockouts::{StockoutQuery, list_stockouts};
use projections::vendors::vendors_by_code;

use super::{BotError, Reply};
use crate::app::App;
use crate::limits;

/// How many rows are in which state, and those that no mail told of yet; of all vendors or of one.
pub(super) async fn answer(app: &App, args: &[String]) -> Result<Reply, BotError> {
    let vendor = args.first().filter(|vendor| !vendor.is_empty()).cloned();
    let (mut counts, mut all) = (Vec::new(), 0);
    let mut pending = Vec::new();
    for (status, words) in [
        (RowStatus::Pending, "待通知"),
        (RowStatus::Queued, "寄送中"),
        (RowStatus::Sent, "已通知"),
        (RowStatus::Failed, "寄送失敗"),
        (RowStatus::NoEmail, "無信箱"),
        (RowStatus::Unknown, "結果不明"),
        (RowStatus::Resolved, "已處理"),
    ] {
        let query = StockoutQuery {
            vendor_code: vendor.clone(),
            status: Some(status),
            page: Page::new(Some(1), Some(limits::BOT_LINES)).into(),
            ..StockoutQuery::default()
        };
        let found = list_stockouts(&app.pool, &query, app.zone()).await?;
        all += found.total;
        counts.push(format!("{words} {}", found.total));
        if status == RowStatus::Pending {
            pending = found.items;
        }
    }
    if let Some(code) = vendor.as_ref().filter(|_| all == 0)
        && vendors_by_code(&app.pool, std::slice::from_ref(code)).await?.is_empty()
    {
        return Ok(format!("找不到廠商「{code}」。").into());
    }
    let of = vendor.map(|vendor| format!("　{vendor}")).unwrap_or_default();
    let mut lines = vec![format!("📦 缺貨{of}"), counts.join("　")];
    lines.extend(pending.iter().map(|row| {
        let name = row.product_name.as_deref().unwrap_or(&row.product_code);
        let vendor = row.vendor_name.as_deref().unwrap_or(&row.vendor_code);
        let pieces = row.qty.map(|qty| format!("　{qty} 件")).unwrap_or_default();
        format!("・{vendor}　{name}{pieces}")
    }));
    Ok(lines.join("\n").into())
}

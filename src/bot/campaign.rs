use aggregates::values::Status;
use projections::{ListQuery, Page};

use super::{BotError, Reply};
use crate::app::App;
use crate::limits;
use crate::templates::grouped;

/// The newest campaigns, or those whose name holds the words.
pub(super) async fn answer(app: &App, args: &[String]) -> Result<Reply, BotError> {
    let search = args.join(" ");
    let query = ListQuery {
        search: (!search.is_empty()).then_some(search.clone()),
        page: Some(Page::new(Some(1), Some(limits::BOT_LINES))),
        ..ListQuery::default()
    };
    let found = projections::campaigns::list_campaigns(&app.pool, &query).await?;
    if found.items.is_empty() {
        return Ok(match search.as_str() {
            "" => "目前沒有活動。".to_owned(),
            words => format!("找不到名稱含「{words}」的活動。"),
        }
        .into());
    }
    let lines: Vec<_> = found
        .items
        .iter()
        .map(|campaign| {
            let figure = |text: &Option<String>| text.as_deref().map_or_else(|| "—".to_owned(), grouped);
            format!(
                "・{}　{}\n　GMV {}　觀看 {}　創作者 {}",
                campaign.name,
                in_words(campaign.status),
                figure(&campaign.gmv_achieved),
                figure(&campaign.views_achieved),
                campaign.creators_count,
            )
        })
        .collect();
    let more = found.total - i64::try_from(found.items.len()).unwrap_or(found.total);
    let rest = if more > 0 { format!("\n…… 另有 {more} 個活動") } else { String::new() };
    Ok(format!("🎯 活動（共 {}）\n{}{rest}", found.total, lines.join("\n")).into())
}

fn in_words(code: &str) -> &'static str {
    match Status::parse(code) {
        Some(Status::Pending) | None => "待處理",
        Some(Status::Accepted) => "已接受",
        Some(Status::Rejected) => "已拒絕",
        Some(Status::InProgress) => "進行中",
        Some(Status::Completed) => "已完成",
    }
}

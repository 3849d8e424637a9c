use super::{BotError, Reply};
use crate::app::App;
use crate::crawl::Selection;
use crate::event_store::Context;

/// Visits the pages that are due now.
pub(super) async fn answer(app: &App, context: &Context) -> Result<Reply, BotError> {
    let asked = app.crawler.ask(&Selection::Due, &projections::users::author(&context.actor)).await?;
    let status = app.crawler.status().await?;
    Ok(format!(
        "🚀 價格檢查已啟動\n編號 {}\n已檢查 {} / {}　變動 {}　失敗 {}",
        asked.run, status.checked, status.total, status.changed, status.failed
    )
    .into())
}

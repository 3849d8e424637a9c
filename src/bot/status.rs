use super::{BotError, Reply};
use crate::app::App;

/// How the house is: what waits, what is behind.
pub(super) async fn answer(app: &App) -> Result<Reply, BotError> {
    let head = app.store.feed().head();
    let behind = (head - app.projector.applied()).max(0);
    let jobs = app.jobs.counts().await?;
    let projecting =
        if behind == 0 { "✅ 資料即時".to_owned() } else { format!("⏳ 資料落後 {behind} 筆") };
    let mut lines = vec![
        format!("🖥 系統狀態　{}", app.zone().minute(chrono::Utc::now())),
        projecting,
        format!("事件總數 {head}"),
        format!("待辦工作 {}　失敗 {}　結果不明 {}", jobs.open, jobs.failed, jobs.unknown),
    ];
    for (kind, words) in [
        (crate::jobs::handlers::BY_TELEGRAM, "尚未設定 Telegram 機器人，訊息暫不寄送"),
        (crate::jobs::handlers::BY_MAIL, "尚未設定郵件伺服器，郵件暫不寄送"),
    ] {
        if app.jobs.obstacle(kind).is_some() {
            lines.push(format!("⚠️ {words}"));
        }
    }
    Ok(lines.join("\n").into())
}

//! Notices that the house sends by itself.

use serde_json::json;
use tidemark::auth::Secret;
use tidemark::housekeeping::disk;

use crate::support::TestApp;
use crate::support::telegram::{FakeTelegram, TOKEN};

#[tokio::test]
async fn a_disk_that_is_getting_full_is_told_once_a_day() {
    let telegram = FakeTelegram::start().await;
    let url = telegram.url();
    let app = TestApp::with(move |config| {
        config.telegram.token = Some(Secret::new(TOKEN));
        config.telegram.api_url = url;
        config.telegram.chat_ids = vec!["100".to_owned()];
        config.disk_warning_percent = 1;
    })
    .await;
    assert!(disk::look(&app.app).await.unwrap());
    assert!(!disk::look(&app.app).await.unwrap(), "the day's notice is promised already");
    telegram.receives(1).await;
    let text = telegram.texts().remove(0);
    assert!(text.contains("磁碟空間警告") && text.contains("使用率：") && text.contains("主機："), "{text}");
    let history = app.reader().await.get("/api/notification/history").await.data();
    assert_eq!((&history[0]["because"], &history[1]), (&json!("disk_warning"), &json!(null)));
    app.finish().await;
}

#[tokio::test]
async fn nobody_is_told_of_a_disk_with_room_or_when_nobody_wants_to_know() {
    for most in [0, 100] {
        let app = TestApp::with(move |config| config.disk_warning_percent = most).await;
        assert!(!disk::look(&app.app).await.unwrap());
        app.finish().await;
    }
}

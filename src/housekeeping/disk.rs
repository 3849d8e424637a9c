//! A look at the disk that holds the data folder: people are told of one that is getting full.

use std::time::Duration;

use chrono::Utc;

use crate::app::App;
use crate::jobs::NewJob;
use crate::jobs::handlers::{DiskNotice, DiskNoticePayload};
use crate::limits;

/// Looks at this node's disk while it leads.
pub async fn watch(app: App) {
    loop {
        tokio::time::sleep(Duration::from_secs(limits::DISK_LOOK_EVERY_S)).await;
        if !app.projector.leads() {
            continue;
        }
        if let Err(error) = look(&app).await {
            tracing::warn!(%error, "that the disk is getting full could not be told yet");
        }
    }
}

/// Promises a notice when the disk is fuller than the settings want it: one a day, as long as it is so. True: this
/// is the day's.
///
/// # Errors
/// When the database does not answer.
pub async fn look(app: &App) -> sqlx::Result<bool> {
    let most = f64::from(app.config.disk_warning_percent);
    let Some(sample) = app.machine.newest().await else { return Ok(false) };
    if most <= 0.0 || sample.disk_percent < most {
        return Ok(false);
    }
    let (host, day) =
        (sysinfo::System::host_name().unwrap_or_default(), app.zone().day(Utc::now()).to_string());
    let usage_percent = format!("{:.0}", sample.disk_percent.floor());
    let key = format!("{host}/{day}");
    app.jobs.enqueue(NewJob::new(DiskNotice::KIND, key, DiskNoticePayload { host, usage_percent, day })).await
}

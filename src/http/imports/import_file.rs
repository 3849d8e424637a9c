use aggregates::imports::{ImportOrder, ImportState};
use projections::imports::find_import;

use super::OrderedView;
use crate::http::{Answer, ApiError, M, Upload, WriteError, Writer};
use crate::imports::order;

pub(super) async fn handler(writer: Writer, upload: Upload) -> Result<Answer, ApiError> {
    let job_type = upload.choice("job_type", super::JOB_TYPES)?;
    let sentence = || format!("job_type must be one of {}", super::JOB_TYPES.join(", "));
    let job_type = job_type.ok_or_else(|| ApiError::field("job_type", "required", sentence()))?;
    let wanted = ImportOrder {
        job_type: super::job_type(job_type).unwrap_or_default(),
        source: "upload".to_owned(),
        file_name: upload.name.clone(),
        reject_everything: upload.choice("policy", crate::http::stockouts::POLICIES)?
            == Some("reject_everything"),
        dry_run: upload.flag("dry_run")?,
        ..ImportOrder::default()
    };
    let app = writer.app();
    let ordered = order(app, wanted, Some(&upload.file), writer.context()).await.map_err(WriteError::from)?;
    writer.visible_at(ordered.position).await?;
    let status = if ordered.is_duplicate {
        let found = find_import(&app.pool, ordered.job, app.zone()).await?;
        found.map_or_else(String::new, |found| found.view.status)
    } else {
        ImportState::Queued.code().to_owned()
    };
    let shown = OrderedView { job_id: ordered.job, status, duplicate: ordered.is_duplicate };
    Ok(M::ok(shown).position(ordered.position))
}

use aggregates::imports::{ImportOrder, ImportState};

use super::OrderedView;
use crate::http::{Answer, ApiError, JsonBody, M, Mode, WriteError, Writer};
use crate::imports::order;

pub(super) async fn handler(writer: Writer, JsonBody(body): JsonBody) -> Result<Answer, ApiError> {
    let values = super::DRIVE_FORM.read(&body, Mode::Create)?;
    let app = writer.app();
    if app.drive.is_none() {
        return Err(super::list_drive_files::not_configured());
    }
    let wanted = ImportOrder {
        job_type: values.choice("job_type").and_then(super::job_type).unwrap_or_default(),
        source: "drive".to_owned(),
        file_id: values.text("file_id"),
        reject_everything: values.choice("policy") == Some("reject_everything"),
        dry_run: values.boolean("dry_run").unwrap_or(false),
        ..ImportOrder::default()
    };
    let ordered = order(app, wanted, None, writer.context()).await.map_err(WriteError::from)?;
    writer.visible_at(ordered.position).await?;
    let status = ImportState::Queued.code().to_owned();
    Ok(M::ok(OrderedView { job_id: ordered.job, status, duplicate: false }).position(ordered.position))
}

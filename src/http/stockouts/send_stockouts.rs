use crate::http::{Answer, ApiError, JsonBody, M, Mode, WriteError, Writer};
use crate::stockouts::send::send;

pub(super) async fn handler(writer: Writer, JsonBody(body): JsonBody) -> Result<Answer, ApiError> {
    let values = super::SEND_FORM.read(&body, Mode::Create)?;
    let ids = values.integers("stockout_ids").unwrap_or_default();
    if ids.is_empty() {
        return Err(ApiError::field("stockout_ids", "required", "stockout_ids must name at least one row"));
    }
    let force = values.boolean("force").unwrap_or(false);
    let (mut sending, position) =
        send(writer.app(), &ids, force, writer.context()).await.map_err(WriteError::from)?;
    if sending.mails.iter().any(|mail| mail.mail_id.is_some()) {
        sending.notice = crate::stockouts::send::obstacle(writer.app());
    }
    writer.visible_at(position).await?;
    Ok(M::ok(sending).position(position))
}

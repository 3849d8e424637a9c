use aggregates::vendors::{Vendor, VendorCommand};

use crate::http::{Answer, ApiError, JsonBody, Mode, PathNumber, Writer};

pub(super) async fn handler(
    PathNumber(id): PathNumber,
    writer: Writer,
    JsonBody(body): JsonBody,
) -> Result<Answer, ApiError> {
    let values = super::FORM.read(&body, Mode::Change)?;
    super::check_version(&writer, id).await?;
    let emails = super::emails(writer.app(), &values).await?;
    let command = VendorCommand::Change { patch: super::patch(&values), emails };
    let outcome = writer.execute::<Vendor>(id, command).await?;
    super::shown(writer.app(), id, outcome.position).await
}

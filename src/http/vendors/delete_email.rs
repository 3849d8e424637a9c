use aggregates::vendors::{Vendor, VendorCommand};

use crate::http::{Answer, ApiError, M, PathNumber, Writer};

pub(super) async fn handler(PathNumber(id): PathNumber, writer: Writer) -> Result<Answer, ApiError> {
    let vendor = projections::vendors::find_email(&writer.app().pool, id).await?;
    let vendor = vendor.ok_or_else(|| ApiError::not_found("email"))?;
    super::check_version(&writer, vendor).await?;
    let outcome = writer.execute::<Vendor>(vendor, VendorCommand::RemoveEmail { id }).await?;
    Ok(M::done().position(outcome.position))
}

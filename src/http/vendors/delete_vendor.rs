use aggregates::vendors::{Vendor, VendorCommand};

use crate::http::{Answer, ApiError, M, PathNumber, Writer};

pub(super) async fn handler(PathNumber(id): PathNumber, writer: Writer) -> Result<Answer, ApiError> {
    super::check_version(&writer, id).await?;
    let outcome = writer.execute::<Vendor>(id, VendorCommand::Delete).await?;
    Ok(M::done().position(outcome.position))
}

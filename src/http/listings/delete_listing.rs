use aggregates::listings::{Listing, ListingCommand};

use crate::http::{Answer, ApiError, M, PathNumber, Writer};

pub(super) async fn handler(PathNumber(number): PathNumber, writer: Writer) -> Result<Answer, ApiError> {
    super::check_version(&writer, number).await?;
    let outcome = writer.execute::<Listing>(number, ListingCommand::Remove).await?;
    Ok(M::done().position(outcome.position))
}

use aggregates::brands::{Brand, BrandCommand};

use crate::http::{Answer, ApiError, B, PathId, Writer};

pub(super) async fn handler(PathId(id): PathId, writer: Writer) -> Result<Answer, ApiError> {
    super::check_version(&writer, id).await?;
    let outcome = writer.execute::<Brand>(id, BrandCommand::Delete).await?;
    Ok(B::deleted().position(outcome.position))
}

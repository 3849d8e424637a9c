use aggregates::products::{Product, ProductCommand};

use crate::http::{Answer, ApiError, B, PathId, Writer};

pub(super) async fn handler(PathId(id): PathId, writer: Writer) -> Result<Answer, ApiError> {
    // A product of a deleted brand is gone already, though its own stream does not say so.
    super::shown(writer.app(), id, 0).await?;
    super::check_version(&writer, id).await?;
    let outcome = writer.execute::<Product>(id, ProductCommand::Delete).await?;
    Ok(B::deleted().position(outcome.position))
}

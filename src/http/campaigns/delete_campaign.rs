use aggregates::campaigns::{Campaign, CampaignCommand};

use crate::http::{Answer, ApiError, B, PathId, Writer};

pub(super) async fn handler(PathId(id): PathId, writer: Writer) -> Result<Answer, ApiError> {
    super::check_live(&writer, id).await?;
    let outcome = writer.execute::<Campaign>(id, CampaignCommand::Delete).await?;
    Ok(B::deleted().position(outcome.position))
}

use aggregates::listings::{Listing, ListingCommand, ListingPatch};
use chrono::Utc;

use crate::event_store::Act;
use crate::http::{Answer, ApiError, JsonBody, Mode, PathNumber, Values, Writer};

pub(super) async fn handler(
    PathNumber(number): PathNumber,
    writer: Writer,
    JsonBody(body): JsonBody,
) -> Result<Answer, ApiError> {
    let values = super::CHANGE.read(&body, Mode::Change)?;
    super::check_version(&writer, number).await?;
    let patch = super::patch(&values)?;
    let outcome = writer.execute_all(act(&writer, number, &values, patch).await?).await;
    let outcome = outcome.map_err(super::explain)?;
    super::shown(writer.app(), number, outcome.position).await
}

async fn act(writer: &Writer, number: i64, values: &Values, patch: ListingPatch) -> Result<Act, ApiError> {
    let id = number.to_string();
    let mut act = Act::new();
    act.execute::<Listing>(id.clone(), ListingCommand::Change { patch });
    match values.nullable_id("linked_product") {
        Some(Some(product)) => {
            let brand = super::brand_of(writer.app(), product).await?;
            act.execute::<Listing>(id.clone(), ListingCommand::Link { product, brand });
        }
        Some(None) => act.execute::<Listing>(id.clone(), ListingCommand::Unlink),
        None => {}
    }
    let (at, source) = (Utc::now(), "manual".to_owned());
    match values.choice("status") {
        Some("delisted") => act.execute::<Listing>(id, ListingCommand::Delist { at, source, evidence: None }),
        Some(_) => act.execute::<Listing>(id, ListingCommand::Relist { at, source }),
        None => {}
    }
    Ok(act)
}

use aggregates::Decider;
use aggregates::listings::{Listing, ListingCommand, ListingDetails, Observation};
use aggregates::values::StockStatus;
use chrono::{SubsecRound, Utc};

use crate::event_store::Act;
use crate::http::{Answer, ApiError, JsonBody, Mode, Values, Writer, number_of};

pub(super) async fn handler(writer: Writer, JsonBody(body): JsonBody) -> Result<Answer, ApiError> {
    let values = super::NEW.read(&body, Mode::Create)?;
    let mut details = ListingDetails::default();
    details.apply(&super::patch(&values)?);
    let app = writer.app();
    let number = app.store.next_number(Listing::KIND).await?;
    let mut act = Act::new();
    act.create::<Listing>(number.to_string(), ListingCommand::Register { number, details });
    if let Some(product) = values.id("linked_product") {
        let brand = super::brand_of(app, product).await?;
        act.execute::<Listing>(number.to_string(), ListingCommand::Link { product, brand });
    }
    if let Some(observation) = first_sight(&values) {
        let now = Utc::now();
        let command = ListingCommand::Observe { observation, seen_at: None, seen_again_at: None, now };
        act.execute::<Listing>(number.to_string(), command);
    }
    let outcome = writer.execute_all(act).await.map_err(super::explain)?;
    super::shown(app, number_of(&outcome)?, outcome.position).await
}

/// A price or a stock state that came with it was seen now.
fn first_sight(values: &Values) -> Option<Observation> {
    let price = values.decimal("price");
    let stock_status = values.choice("stock_status").and_then(StockStatus::parse);
    if price.is_none() && stock_status.is_none() {
        return None;
    }
    let (observed_at, source) = (Utc::now().trunc_subsecs(3), "api".to_owned());
    Some(Observation { price, currency: None, stock_status, observed_at, source, evidence: None })
}

use aggregates::vendors::{Vendor, VendorCommand, VendorDetails};

use crate::http::{Answer, ApiError, JsonBody, Mode, Writer, number_of};

pub(super) async fn handler(writer: Writer, JsonBody(body): JsonBody) -> Result<Answer, ApiError> {
    let values = super::FORM.read(&body, Mode::Create)?;
    let app = writer.app();
    let emails = super::emails(app, &values).await?.unwrap_or_default();
    let number = app.store.next_number("vendor").await?;
    let mut details = VendorDetails::default();
    details.apply(&super::patch(&values));
    let command = VendorCommand::Create { number, details, emails };
    let outcome = writer.create::<Vendor>(number, command).await?;
    super::shown(app, number_of(&outcome)?, outcome.position).await
}

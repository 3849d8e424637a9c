use aggregates::vendors::{Vendor, VendorCommand};

use crate::http::{Answer, ApiError, JsonBody, M, Mode, PathNumber, Writer};

pub(super) async fn handler(
    PathNumber(id): PathNumber,
    writer: Writer,
    JsonBody(body): JsonBody,
) -> Result<Answer, ApiError> {
    let values = super::EMAIL_FORM.read(&body, Mode::Create)?;
    let app = writer.app();
    let number = app.store.next_number("vendor_email").await?;
    let email = super::email(&values, number);
    let address = email.email.clone();
    let outcome = writer.execute::<Vendor>(id, VendorCommand::AddEmail(email)).await?;
    let known = projections::vendors::email_like(&app.pool, id, &address).await?;
    // Somebody else may have removed it again by now.
    let known = known.ok_or_else(|| ApiError::not_found("email"))?;
    Ok(M::ok(known).position(outcome.position))
}

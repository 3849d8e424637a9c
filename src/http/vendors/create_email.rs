use aggregates::values::plain_code;
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
    let address = plain_code(&email.email);
    let outcome = writer.execute::<Vendor>(id, VendorCommand::AddEmail(email)).await?;
    let known = projections::vendors::email_like(&app.pool, id, &address).await?;
    // Somebody else may have removed it again by now.
    let known = known.ok_or_else(|| ApiError::not_found("email"))?;
    // Its version is that of its vendor, in whose stream it is: DELETE honours it as such.
    let vendor = projections::vendors::find_vendor(&app.pool, id, app.zone()).await?;
    let version = vendor.map_or(outcome.position, |vendor| vendor.version);
    Ok(M::ok(known).etag(version).position(outcome.position))
}

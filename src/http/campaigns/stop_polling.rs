use axum::extract::State;
use uuid::Uuid;

use crate::app::App;
use crate::http::{Answer, ApiError, B, Field, Form, Mode, OptionalJsonBody, PathText};
use crate::limits;

/// A text: what is no id is that of no product, and nothing is polled for it.
pub(super) static FORM: Form =
    Form::new(&[Field::text("product_id", limits::JSON_BODY_BYTES).nullable().doc("only this product's")]);

pub(super) async fn handler(
    State(app): State<App>,
    PathText(id): PathText,
    OptionalJsonBody(body): OptionalJsonBody,
) -> Result<Answer, ApiError> {
    let product = FORM.read(&body, Mode::Change)?.text("product_id");
    let product = product.map(|text| Uuid::parse_str(text.trim()));
    if let (Ok(id), Ok(product)) = (Uuid::parse_str(&id), product.transpose()) {
        app.polling.stop(id, product).await?;
    }
    Ok(B::said("轮询已停止"))
}

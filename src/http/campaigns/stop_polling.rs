use axum::extract::State;

use crate::app::App;
use crate::http::{Answer, ApiError, B, Mode, OptionalJsonBody, PathId};

pub(super) async fn handler(
    State(app): State<App>,
    PathId(id): PathId,
    OptionalJsonBody(body): OptionalJsonBody,
) -> Result<Answer, ApiError> {
    let product = super::OPTIONAL_PRODUCT.read(&body, Mode::Change)?.id("product_id");
    app.polling.stop(id, product).await?;
    Ok(B::said("轮询已停止"))
}

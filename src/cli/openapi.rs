use std::io::Write;

use crate::http;

/// `tidemark openapi`.
pub(super) fn print() -> anyhow::Result<()> {
    let routes = http::routes();
    let document = http::openapi::document(routes.iter().map(|route| &route.info));
    writeln!(std::io::stdout(), "{}", serde_json::to_string_pretty(&document)?)?;
    Ok(())
}

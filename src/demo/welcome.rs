//! How to look around, on standard output.

use std::io::Write;

use anyhow::Context as _;
use chrono::{DateTime, TimeDelta, Utc};

use crate::app::App;
use crate::auth::NewToken;

/// How long the token for looking around lasts.
const TOKEN_HOURS: i64 = 24;

/// Prints the address and a token of the administrator that soon ends.
///
/// # Errors
/// When the database, or the output, fails.
pub(super) async fn print(app: &App, now: DateTime<Utc>) -> anyhow::Result<()> {
    let address = match (&app.config.public_url, app.config.listen.first()) {
        (Some(url), _) => url.as_str().trim_end_matches('/').to_owned(),
        (None, Some(listen)) => format!("http://{listen}"),
        (None, None) => return Ok(()),
    };
    let mut lines = format!(
        "\nThe demo is at {address}, what it answers at {address}/docs.\n\
         To look around in another terminal, for the next {TOKEN_HOURS} hours:\n\n    \
         export TIDEMARK={address}\n"
    );
    match token(app, now).await? {
        Some(token) => lines.push_str(&format!("    export TOKEN={token}\n")),
        None => lines.push_str("    export TOKEN=$(tidemark token create --user NAME --ttl 24h)\n"),
    }
    let mut output = std::io::stdout();
    writeln!(output, "{lines}").and_then(|()| output.flush()).context("standard output is closed")
}

/// None: the configured administrator is not there, or has too many tokens.
async fn token(app: &App, now: DateTime<Utc>) -> anyhow::Result<Option<String>> {
    let Some(user) = app.auth.accounts.find(&app.store, &app.config.admin_username).await? else {
        return Ok(None);
    };
    let issued = app
        .auth
        .tokens
        .issue(
            NewToken {
                user_id: user.number,
                name: "demo".to_owned(),
                role: user.role,
                created_by: None,
                lifetime: Some(TimeDelta::hours(TOKEN_HOURS)),
            },
            now,
        )
        .await?;
    Ok(issued.map(|token| token.secret.expose().to_owned()))
}

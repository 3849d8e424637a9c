//! `tidemark token create --user NAME [--role R] [--ttl 30d]`: prints the token and nothing else.

use std::io::Write;

use aggregates::users::Role;
use anyhow::{Context as _, bail};
use chrono::{TimeDelta, Utc};

use crate::auth::{Auth, NewToken};
use crate::event_store::Store;

/// What a token made here is called in the list of tokens.
const NAME: &str = "command line";
/// The longest lifetime that can be typed; without one a token lasts until it is revoked.
const LONGEST_DAYS: i64 = 3_650;

/// Makes a token for `username`, with their own role unless a lower one is named.
///
/// # Errors
/// A sentence for whoever typed it: no such user, more rights than they have …
pub async fn create(
    auth: &Auth,
    store: &Store,
    username: &str,
    role: Option<Role>,
    lifetime: Option<TimeDelta>,
    output: &mut impl Write,
) -> anyhow::Result<()> {
    let Some(user) = auth.accounts.find(store, username).await? else {
        bail!("there is no user called {username}");
    };
    let role = role.unwrap_or(user.role);
    if !user.role.covers(role) {
        bail!("{} has the role {}: a token can't have more rights", user.username, user.role.code());
    }
    let new = NewToken { user_id: user.number, name: NAME.to_owned(), role, created_by: None, lifetime };
    let issued = auth.tokens.issue(new, Utc::now()).await?;
    let token = issued.with_context(|| format!("{} has too many tokens: revoke some", user.username))?;
    writeln!(output, "{}", token.secret.expose())?;
    Ok(())
}

/// Reads a lifetime: a number with `d`, `h`, `m` or `s`.
///
/// # Errors
/// A sentence with examples.
pub fn parse_ttl(text: &str) -> Result<TimeDelta, String> {
    let wrong = || format!("must be like 30d, 12h, 90m or 3600s, and at most {LONGEST_DAYS}d");
    let unit = text.chars().next_back().ok_or_else(wrong)?;
    let digits = text.strip_suffix(unit).unwrap_or_default();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let count: i64 = digits.parse().map_err(|_| wrong())?;
    let lifetime = match unit {
        'd' => TimeDelta::try_days(count),
        'h' => TimeDelta::try_hours(count),
        'm' => TimeDelta::try_minutes(count),
        's' => TimeDelta::try_seconds(count),
        _ => None,
    };
    lifetime
        .filter(|lifetime| (TimeDelta::seconds(1)..=TimeDelta::days(LONGEST_DAYS)).contains(lifetime))
        .ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_is_a_number_with_a_unit() {
        assert_eq!(parse_ttl("30d"), Ok(TimeDelta::days(30)));
        assert_eq!(parse_ttl("12h"), Ok(TimeDelta::hours(12)));
        assert_eq!(parse_ttl("90m"), Ok(TimeDelta::minutes(90)));
        assert_eq!(parse_ttl("3600s"), Ok(TimeDelta::hours(1)));
        for wrong in [
            "",
            "d",
            "30",
            "30D",
            "-1d",
            "+1d",
            "1.5h",
            "0s",
            "30 d",
            " 30d",
            "1w",
            "3651d",
            "30天",
            "٣d",
            "99999999999999999999d",
            "9223372036854775807d",
            "9223372036854775807s",
        ] {
            assert!(parse_ttl(wrong).is_err(), "{wrong}");
        }
    }
}

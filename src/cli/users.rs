//! `tidemark user list`, `set-role`, `reset-password`, `remove`, `erase`: what administrators do over HTTP, for whoever
//! has the machine. All that it ends, ends at once on every running server.

use std::io::Write;

use aggregates::Refusal;
use aggregates::users::{Role, Standing, User, UserCommand, UserPatch};
use anyhow::{Context as _, bail, ensure};
use chrono::Utc;
use uuid::Uuid;

use crate::app::App;
use crate::auth::Password;
use crate::event_store::{Context, ExecuteError};
use crate::limits;

/// Who is there, in the order in which they came.
///
/// # Errors
/// When the database does not answer.
pub async fn list(app: &App, output: &mut impl Write) -> anyhow::Result<()> {
    let head = app.store.confirmed_head().await?;
    ensure!(app.projector.wait(head, limits::VISIBLE_WITHIN).await, "the read tables are behind: try again");
    let (users, _) = projections::users::list_users(&app.pool, None, None, None).await?;
    writeln!(output, "{:>8}  {:<8} {:<9} name", "number", "role", "state")?;
    for user in users {
        let state = if user.is_active { "active" } else { "disabled" };
        let email = user.email.map(|email| format!("  <{email}>")).unwrap_or_default();
        writeln!(output, "{:>8}  {:<8} {state:<9} {}{email}", user.number, user.role.code(), user.username)?;
    }
    Ok(())
}

/// Gives somebody another role.
///
/// # Errors
/// A sentence for whoever typed it: no such user, the last administrator …
pub async fn set_role(app: &App, name: &str, role: Role, output: &mut impl Write) -> anyhow::Result<()> {
    let number = number_of(app, name).await?;
    let change = |standing| UserCommand::Change {
        patch: UserPatch::default(),
        role: Some(role),
        is_enabled: None,
        resets_password: false,
        standing,
    };
    execute(app, number, change).await?;
    app.auth.authenticator.user_changed(number).await?;
    writeln!(output, "user {name} has the role {}", role.code())?;
    Ok(())
}

/// Gives somebody another password; their sessions end.
///
/// # Errors
/// A sentence for whoever typed it: no such user …
pub async fn reset_password(
    app: &App,
    name: &str,
    password: Password,
    output: &mut impl Write,
) -> anyhow::Result<()> {
    let number = number_of(app, name).await?;
    let hash = app.auth.accounts.hash(password).await?;
    let change = |standing| UserCommand::Change {
        patch: UserPatch::default(),
        role: None,
        is_enabled: None,
        resets_password: true,
        standing,
    };
    execute(app, number, change).await?;
    app.auth.accounts.reset_password(number, &hash, Utc::now()).await?;
    writeln!(output, "user {name} has another password, and is signed out everywhere")?;
    Ok(())
}

/// Takes somebody away; their name is free again.
///
/// # Errors
/// A sentence for whoever typed it: no such user, the last administrator …
pub async fn remove(app: &App, name: &str, output: &mut impl Write) -> anyhow::Result<()> {
    let number = number_of(app, name).await?;
    execute(app, number, UserCommand::Remove).await?;
    app.auth.accounts.forget(number).await?;
    writeln!(output, "user {name}, number {number}, is removed")?;
    Ok(())
}

/// Takes somebody away, and makes what is known of them unreadable for good.
///
/// # Errors
/// A sentence for whoever typed it: no such user, the last administrator …
pub async fn erase(app: &App, name: &str, output: &mut impl Write) -> anyhow::Result<()> {
    let number = number_of(app, name).await?;
    let last_name = app.auth.accounts.last_name(number).await?;
    execute(app, number, UserCommand::Erase).await?;
    app.auth.accounts.erase(number, last_name.as_deref()).await?;
    writeln!(output, "the user with the number {number} is erased")?;
    Ok(())
}

async fn number_of(app: &App, name: &str) -> anyhow::Result<i64> {
    let found = app.auth.accounts.find(&app.store, name).await?;
    Ok(found.with_context(|| format!("there is no user called {name}"))?.number)
}

/// Carries out the command that `make` makes, naming an administrator who stays, and waits until the read tables show
/// it: only then do other servers see what changed.
async fn execute(app: &App, number: i64, make: impl Fn(Standing) -> UserCommand) -> anyhow::Result<()> {
    let context = Context::system("cli", "cli", Uuid::now_v7().to_string());
    for _attempt in 0..limits::STANDING_ATTEMPTS {
        let other_admin = app.auth.accounts.other_admin(number).await?;
        let command = make(Standing { asker: None, other_admin });
        match app.store.execute::<User>(&number.to_string(), command, &context).await {
            // Whoever was named went at the same time: another one is looked for.
            Err(ExecuteError::ClaimMissing { scope, .. }) if scope == "admin" => {}
            Err(ExecuteError::Refused(Refusal::Invalid(faults))) => {
                let sentences = faults.iter().map(|fault| fault.message.as_str());
                bail!("{}", sentences.collect::<Vec<_>>().join("; "))
            }
            Err(error) => return Err(error).context("the user was not changed"),
            Ok(outcome) => {
                app.projector.wait(outcome.position, limits::VISIBLE_WITHIN).await;
                return Ok(());
            }
        }
    }
    bail!("too many others are changing administrators: try again")
}

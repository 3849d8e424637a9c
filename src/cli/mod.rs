//! What is typed: the sub-commands of contract §5, one file each.
//!
//! They work beside a running server, also on its embedded Postgres; without one they start it for themselves.

mod arguments;
mod audit;
mod import;
mod node;
mod openapi;
mod projections;
mod serve;
pub mod token;
pub mod user;
pub mod users;

pub use arguments::Arguments;

use ::projections::Zone;
use aggregates::users::Role;
use anyhow::Context as _;

use crate::config::Config;
use crate::http::listings::moment::Edge;
use arguments::{AuditCommand, Command, ProjectionsCommand, TokenCommand, UserCommand};

/// Carries out what was typed.
///
/// # Errors
/// A sentence for whoever typed it.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let command = arguments.command.unwrap_or(Command::Serve { demo: arguments.demo });
    match command {
        // These two need no settings and no database.
        Command::Openapi => return openapi::print(),
        Command::Audit { command: AuditCommand::Verify { file } } => return audit::verify(&file),
        _ => {}
    }
    let config = Config::from_environment().map_err(|errors| anyhow::anyhow!(errors.join("\n          ")))?;
    match command {
        Command::Serve { demo } => serve::run(config, demo).await,
        Command::Migrate => node::migrate(&config).await,
        Command::Projections { command } => match command {
            ProjectionsCommand::List => projections::list(config).await,
            ProjectionsCommand::Rebuild { name } => projections::rebuild(config, &name).await,
            ProjectionsCommand::Verify { name } => projections::verify(config, &name).await,
        },
        Command::Audit { command: AuditCommand::Export { kind, id, from, to } } => {
            let zone = Zone(config.timezone);
            let from = from.map(|text| audit::moment("--from", &text, zone, Edge::Start)).transpose()?;
            let to = to.map(|text| audit::moment("--to", &text, zone, Edge::End)).transpose()?;
            audit::export(config, &kind, id, from, to).await
        }
        Command::User { command } => look_after_users(config, command).await,
        Command::Token { command: TokenCommand::Create { user, role, ttl } } => {
            let node = node::Node::open(config).await?;
            let (auth, store, mut output) = (&node.app.auth, &node.app.store, std::io::stdout());
            let made = token::create(auth, store, &user, role, ttl, &mut output).await;
            node.close().await;
            made
        }
        Command::Import { file, job_type, policy, dry_run } => {
            let reject_everything = policy == "reject_everything";
            import::run(config, &file, import::Asked { job_type, reject_everything, dry_run }).await
        }
        Command::Openapi | Command::Audit { command: AuditCommand::Verify { .. } } => Ok(()),
    }
}

async fn look_after_users(config: Config, command: UserCommand) -> anyhow::Result<()> {
    // Read first: who types it should not wait for a database.
    let password = match &command {
        UserCommand::Create { .. } | UserCommand::ResetPassword { .. } => {
            Some(user::read_password(std::io::stdin().lock())?)
        }
        _ => None,
    };
    let password = password.context("the password is expected on standard input");
    let node = node::Node::open(config).await?;
    let (app, mut output) = (&node.app, std::io::stdout());
    let done = async {
        match command {
            UserCommand::Create { name, role, email } => {
                user::create(&app.auth, &app.store, name, role, email, password?, &mut output).await
            }
            UserCommand::List => users::list(app, &mut output).await,
            UserCommand::SetRole { name, role } => users::set_role(app, &name, role, &mut output).await,
            UserCommand::ResetPassword { name } => {
                users::reset_password(app, &name, password?, &mut output).await
            }
            UserCommand::Remove { name } => users::remove(app, &name, &mut output).await,
            UserCommand::Erase { name } => users::erase(app, &name, &mut output).await,
        }
    };
    let done = done.await;
    node.close().await;
    done
}

/// Reads a role as it is typed.
///
/// # Errors
/// A sentence with the roles there are.
pub fn parse_role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| format!("must be one of {}", Role::ALL.map(Role::code).join(", ")))
}

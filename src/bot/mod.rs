//! The bot: short commands, answered in Traditional Chinese with figures from the read tables.
//!
//! The same code answers `POST /api/bot/command` and the chats of Telegram; it only reads, save `/run`, which
//! starts what anybody may start who may write.

mod campaign;
mod changes;
mod chart;
mod help;
mod price;
mod run;
mod sales;
mod status;
mod stockout;
mod words;

use crate::app::App;
use crate::charts::PriceChart;
use crate::event_store::Context;

pub use chart::draw;
pub use words::{Command, CommandError};

/// What the bot says.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// The text.
    pub text: String,
    /// A picture that goes with it, for who wants to see one: see [`draw`].
    pub chart: Option<PriceChart>,
}

impl From<String> for Reply {
    fn from(text: String) -> Self {
        Self { text, chart: None }
    }
}

/// Why the bot has no answer.
#[derive(Debug, thiserror::Error)]
pub enum BotError {
    /// The tables do not answer.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// Something else is in the way, in words for the one who asked.
    #[error("{0}")]
    Unable(String),
}

/// Answers a command; `context` says in whose name.
///
/// # Errors
/// See [`BotError`].
pub async fn answer(app: &App, command: &Command, context: &Context) -> Result<Reply, BotError> {
    match command.name {
        "sales" => sales::answer(app, &command.args).await,
        "price" => price::answer(app, &command.args).await,
        "changes" => changes::answer(app).await,
        "stockout" => stockout::answer(app, &command.args).await,
        "run" => run::answer(app, context).await,
        "campaign" => campaign::answer(app, &command.args).await,
        "status" => status::answer(app).await,
        _ => Ok(help::answer().into()),
    }
}

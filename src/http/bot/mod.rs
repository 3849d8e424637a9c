//! The bot's doors (contract §3): commands over HTTP, and Telegram's webhook.

mod command;
mod webhook;

use super::{Access, Mode, Route};
use crate::app::App;

/// The routes.
pub fn routes() -> Vec<Route<App>> {
    vec![
        Route::post("/api/bot/command", Access::Command, command::handler)
            .doc("bot_command", "A command of the bot, and its answer")
            .takes(&command::FORM, Mode::Create)
            .answers::<command::BotAnswer>(),
        Route::post("/api/bot/telegram/webhook", Access::Secret, webhook::handler)
            .doc(
                "telegram_webhook",
                "An update from Telegram; each is handled once, and answered by a message",
            )
            .answers_nothing(),
    ]
}

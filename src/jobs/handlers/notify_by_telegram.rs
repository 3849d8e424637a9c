use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::PgPool;

use aggregates::notifications::{Chat, ChatCommand};
use projections::notifications::switched_off_chats;

use super::chats;
use super::notification::{self, Promise};
use super::pace::Pace;
use crate::adapters::telegram::{Telegram, TelegramError, parts};
use crate::event_store::Store;
use crate::jobs::{Attempt, Ended, Job, JobHandler, Stop};
use crate::limits;

/// Sends a notification to Telegram, part by part and chat by chat.
pub(super) struct NotifyByTelegram {
    pub(super) telegram: Option<Telegram>,
    pub(super) store: Store,
    pub(super) pool: PgPool,
    pub(super) pace: Pace,
    /// The chats that get what names none.
    pub(super) usual: Vec<String>,
}

/// How far a notification is: what has gone out is not sent again.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Progress {
    /// The chats as the first attempt found them: some are switched off on the way.
    #[serde(default)]
    chats: Vec<String>,
    /// Parts that went out or cannot, over all chats in turn.
    passed: usize,
    /// What Telegram calls those that went out.
    message_ids: Vec<i64>,
    /// Chats that took none, with the reason.
    refused: Vec<String>,
    /// When the next part may go out.
    turn: Option<DateTime<Utc>>,
}

#[async_trait]
impl JobHandler for NotifyByTelegram {
    fn kind(&self) -> &'static str {
        notification::BY_TELEGRAM
    }

    fn at_once(&self) -> usize {
        limits::TELEGRAM_AT_ONCE
    }

    fn obstacle(&self) -> Option<String> {
        self.telegram.is_none().then(|| "no Telegram bot is configured (TIDEMARK_TELEGRAM_TOKEN)".to_owned())
    }

    async fn run(&self, attempt: &mut Attempt) -> Result<Value, Stop> {
        let Some(telegram) = &self.telegram else { return Err(Stop::retry("no bot is configured")) };
        let Promise { notification_id } = attempt.payload()?;
        let asked = notification::asked(&self.pool, notification_id).await?;
        let named = asked.to();
        let chats = if named.is_empty() { self.usual.clone() } else { named };
        let chats = chats::all_newest(&self.store, chats).await?;
        if chats.is_empty() {
            return Err(Stop::Failed(
                "no chat is named, and TIDEMARK_TELEGRAM_CHAT_ID is not set".to_owned(),
            ));
        }
        let off = switched_off_chats(&self.pool, &chats).await?;
        let open: Vec<_> = chats.into_iter().filter(|chat| off.iter().all(|(off, _)| off != chat)).collect();
        if let (true, Some((chat, reason))) = (open.is_empty(), off.first()) {
            return Ok(json!({ "suppressed": format!("the chat {chat} is switched off: {reason}") }));
        }
        let parts = parts(&asked.message);
        let mut progress: Progress = attempt.progress().unwrap_or_default();
        if progress.message_ids.is_empty() && progress.passed >= progress.chats.len() * parts.len() {
            // Nobody was asked yet, or all refused and somebody lets it try again.
            progress = Progress { chats: open, ..Progress::default() };
        } else if progress.chats.is_empty() {
            progress.chats = open;
        }
        let mut moves = 0;
        while progress.passed < progress.chats.len() * parts.len() {
            let index = progress.passed / parts.len();
            let chat = progress.chats[index].clone();
            let (chat, part) = (&chat, &parts[progress.passed % parts.len()]);
            self.wait_for_turn(chat, &mut progress, attempt).await?;
            match telegram.send_message(chat, part).await {
                Ok(id) => {
                    progress.message_ids.push(id);
                    progress.passed += 1;
                }
                Err(TelegramError::ChatGone(reason)) => {
                    self.switch_off(attempt, chat, &reason).await?;
                    progress.refused.push(format!("{chat}: {reason}"));
                    progress.passed = (index + 1) * parts.len();
                }
                Err(TelegramError::Moved { to }) if moves < limits::CHAT_MOVES => {
                    moves += 1;
                    chats::moved(&self.store, &attempt.job, chat, &to.to_string()).await?;
                    progress.chats[index] = to.to_string();
                }
                Err(error) => return Err(self.stop(chat, error).await?),
            }
            progress.turn = None;
            attempt.save_progress(&progress).await?;
        }
        if progress.message_ids.is_empty() {
            return Err(Stop::Failed(progress.refused.join("; ")));
        }
        let ids: Vec<_> = progress.message_ids.iter().map(i64::to_string).collect();
        Ok(json!({ "receipt": ids.join(" "), "refused": progress.refused }))
    }

    async fn ended(&self, job: &Job, ended: &Ended) -> Result<(), Stop> {
        notification::tell(&self.store, job, ended).await
    }
}

impl NotifyByTelegram {
    /// Waits a little here, and longer as a job that is not due yet.
    async fn wait_for_turn(
        &self,
        chat: &str,
        progress: &mut Progress,
        attempt: &mut Attempt,
    ) -> Result<(), Stop> {
        let turn = match progress.turn {
            Some(turn) => turn,
            None => self.pace.turn(chat).await?,
        };
        if turn > Utc::now() {
            progress.turn = Some(turn);
            attempt.save_progress(&*progress).await?;
            return Err(Stop::Wait { reason: "it is not its turn yet".to_owned(), until: turn });
        }
        self.pace.pass().await
    }

    async fn switch_off(&self, attempt: &Attempt, chat: &str, reason: &str) -> Result<(), Stop> {
        let command = ChatCommand::SwitchOff { chat: chat.to_owned(), reason: reason.to_owned() };
        notification::execute::<Chat>(&self.store, &attempt.job, chat, command).await
    }

    async fn stop(&self, chat: &str, error: TelegramError) -> Result<Stop, Stop> {
        Ok(match error {
            TelegramError::SlowDown { after, reason } => {
                let until = self.pace.hold(chat, after).await?;
                Stop::Wait { reason, until }
            }
            TelegramError::Moved { to } => Stop::Failed(format!("the chat {chat} is {to} now")),
            TelegramError::Refused(reason) | TelegramError::ChatGone(reason) => Stop::Failed(reason),
            TelegramError::NotNow(reason) => Stop::retry(reason),
        })
    }
}

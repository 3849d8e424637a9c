use aggregates::notifications::{Chat, ChatCommand};
use async_trait::async_trait;
use chrono::Utc;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use projections::notifications::switched_off_chats;

use super::chats;
use super::notification;
use super::pace::Pace;
use crate::adapters::telegram::{Telegram, TelegramError, parts};
use crate::app::App;
use crate::bot::{self, Command, Reply};
use crate::jobs::{Attempt, JobHandler, Stop};
use crate::limits;

/// The kind of job that answers a chat.
pub const ANSWER: &str = "bot.answer";

/// What somebody wrote to the bot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Where.
    pub chat: i64,
    /// The chat's public name, if it has one.
    pub username: Option<String>,
    /// What.
    pub text: String,
}

/// Answers the chats that the settings name, and refuses others politely.
pub(super) struct AnswerChat {
    pub(super) telegram: Option<Telegram>,
    pub(super) pace: Pace,
    pub(super) app: App,
}

#[async_trait]
impl JobHandler for AnswerChat {
    fn kind(&self) -> &'static str {
        ANSWER
    }

    fn attempts(&self) -> i32 {
        limits::BOT_ANSWER_ATTEMPTS
    }

    fn obstacle(&self) -> Option<String> {
        self.telegram.is_none().then(|| "no Telegram bot is configured (TIDEMARK_TELEGRAM_TOKEN)".to_owned())
    }

    async fn run(&self, attempt: &mut Attempt) -> Result<Value, Stop> {
        let Some(telegram) = &self.telegram else { return Err(Stop::retry("no bot is configured")) };
        let question: Question = attempt.payload()?;
        let chat = chats::newest(&self.app.store, &question.chat.to_string()).await?;
        let is_known = self.knows(&question, &chat).await?;
        let reply = if is_known {
            self.switch_on(attempt, &chat).await?;
            self.reply(&question.text, attempt).await?
        } else {
            refusal(question.chat).into()
        };
        let mut passed: usize = attempt.progress().unwrap_or_default();
        for part in parts(&reply.text).iter().skip(passed) {
            let turn = self.pace.turn(&chat).await?;
            tokio::time::sleep((turn - Utc::now()).to_std().unwrap_or_default()).await;
            self.pace.pass().await?;
            if let Err(error) = telegram.send_message(&chat, part).await {
                return Err(self.stop(attempt, &chat, error).await?);
            }
            passed += 1;
            attempt.save_progress(passed).await?;
        }
        if let Some(chart) = reply.chart {
            let picture = bot::draw(chart).await.map_err(Stop::retry)?;
            if let Err(error) = telegram.send_photo(&chat, picture, "").await {
                return Err(self.stop(attempt, &chat, error).await?);
            }
        }
        Ok(json!({ "known": is_known }))
    }
}

impl AnswerChat {
    /// Whether the settings name where a question comes from, `chat`, or what that was before.
    async fn knows(&self, question: &Question, chat: &str) -> Result<bool, Stop> {
        let named = question.username.as_ref().map(|name| format!("@{name}"));
        let is_named = |known: &String| named.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(known));
        for known in &self.app.config.telegram.chat_ids {
            if known == chat || is_named(known) || chats::newest(&self.app.store, known).await? == chat {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What comes of an answer that did not go out.
    async fn stop(&self, attempt: &Attempt, chat: &str, error: TelegramError) -> Result<Stop, Stop> {
        Ok(match error {
            TelegramError::SlowDown { after, reason } => Stop::Wait { reason, until: Utc::now() + after },
            TelegramError::NotNow(reason) => Stop::retry(reason),
            TelegramError::Moved { to } => {
                chats::moved(&self.app.store, &attempt.job, chat, &to.to_string()).await?;
                Stop::retry(format!("the chat is {to} now"))
            }
            other => Stop::Failed(other.to_string()),
        })
    }

    /// Somebody writes from there, so it takes messages again.
    async fn switch_on(&self, attempt: &Attempt, chat: &str) -> Result<(), Stop> {
        let off = switched_off_chats(&self.app.pool, &[chat.to_owned()]).await?;
        if off.is_empty() {
            return Ok(());
        }
        let command = ChatCommand::SwitchOn { chat: chat.to_owned() };
        notification::execute::<Chat>(&self.app.store, &attempt.job, chat, command).await
    }

    async fn reply(&self, text: &str, attempt: &Attempt) -> Result<Reply, Stop> {
        let command = match Command::read(text, &[]) {
            Ok(command) => command,
            Err(_) => return Ok(format!("看不懂這個指令。可用指令：{}", bot::CommandError::known()).into()),
        };
        bot::answer(&self.app, &command, &attempt.context()).await.map_err(Stop::retry)
    }
}

fn refusal(chat: i64) -> String {
    format!("您好，這個機器人只服務授權的聊天室。\n如需使用，請將此聊天室編號 {chat} 提供給系統管理員。")
}

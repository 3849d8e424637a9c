//! Settings of mail and Telegram (contract §5).

use url::Url;

use super::Reader;
use crate::auth::Secret;

/// Where mails go out.
#[derive(Clone, Debug)]
pub struct MailConfig {
    /// The server; none: mails wait as queued.
    pub smtp_url: Option<Secret>,
    /// Who mails are from, such as `Tidemark <tidemark@shop.example>`.
    pub from: Option<String>,
    /// Who gets the price digest by mail.
    pub digest_to: Vec<String>,
}

/// The Telegram bot.
#[derive(Clone, Debug)]
pub struct TelegramConfig {
    /// The bot's token; none: messages wait as queued.
    pub token: Option<Secret>,
    /// The chats that messages go to unless they name one, and that the bot answers; separated by commas.
    pub chat_ids: Vec<String>,
    /// What Telegram's calls of the webhook must carry; none: all are refused.
    pub webhook_secret: Option<Secret>,
    /// Scheme and host of the Bot API.
    pub api_url: String,
    /// Messages a second to all chats together; 0: no limit.
    pub messages_per_s: u32,
    /// The pause between two messages to one chat, in milliseconds; 0: none.
    pub chat_pause_ms: u32,
}

impl<V: Fn(&str) -> Option<String>> Reader<V> {
    pub(super) fn mail(&mut self) -> MailConfig {
        MailConfig {
            smtp_url: self.smtp_url(),
            from: self.mailboxes("TIDEMARK_MAIL_FROM").into_iter().next(),
            digest_to: self.mailboxes("TIDEMARK_DIGEST_TO"),
        }
    }

    fn smtp_url(&mut self) -> Option<Secret> {
        let text = self.text("TIDEMARK_SMTP_URL")?;
        let is_known = Url::parse(&text).is_ok_and(|url| {
            let tls = url.query_pairs().find(|(key, _)| key == "tls").map(|(_, value)| value.into_owned());
            let tls = tls.as_deref();
            url.host_str().is_some_and(|host| !host.is_empty())
                && match url.scheme() {
                    "smtp" => matches!(tls, None | Some("required" | "opportunistic")),
                    "smtps" => true,
                    _ => false,
                }
        });
        if !is_known {
            self.errors.push(
                "TIDEMARK_SMTP_URL must be like smtp://user:password@host:port, with ?tls=required, or smtps://host".into(),
            );
        }
        Some(Secret::new(text))
    }

    fn mailboxes(&mut self, name: &str) -> Vec<String> {
        let text = self.text(name).unwrap_or_default();
        let parts: Vec<String> = text
            .split([',', ';'])
            .map(|part| part.trim().to_owned())
            .filter(|part| !part.is_empty())
            .collect();
        if parts.iter().any(|part| part.parse::<lettre::message::Mailbox>().is_err()) {
            self.errors.push(format!("{name} must be an address like Tidemark <tidemark@shop.example>"));
        }
        parts
    }

    pub(super) fn telegram(&mut self) -> TelegramConfig {
        let chats = self.text("TIDEMARK_TELEGRAM_CHAT_ID").unwrap_or_default();
        let chat_ids: Vec<String> =
            chats.split(',').map(|chat| chat.trim().to_owned()).filter(|chat| !chat.is_empty()).collect();
        if !chat_ids.iter().all(|chat| is_chat(chat)) {
            self.errors.push("TIDEMARK_TELEGRAM_CHAT_ID must be a number or a name like @shop".into());
        }
        TelegramConfig {
            token: self.telegram_token(),
            chat_ids,
            webhook_secret: self.secret("TIDEMARK_TELEGRAM_WEBHOOK_SECRET"),
            api_url: self.base_url("TIDEMARK_TELEGRAM_API_URL", "https://api.telegram.org"),
            messages_per_s: crate::limits::TELEGRAM_MESSAGES_PER_S,
            chat_pause_ms: crate::limits::TELEGRAM_CHAT_PAUSE_MS,
        }
    }

    /// A token goes into a path, so it holds nothing that would leave it.
    fn telegram_token(&mut self) -> Option<Secret> {
        let token = self.text("TIDEMARK_TELEGRAM_TOKEN")?;
        let is_sane = |character: char| character.is_ascii_alphanumeric() || ":_-".contains(character);
        if !token.chars().all(is_sane) {
            self.errors.push("TIDEMARK_TELEGRAM_TOKEN must be like 123456:letters-and-digits".into());
        }
        Some(Secret::new(token))
    }

    /// Scheme and host of an outside service.
    fn base_url(&mut self, name: &str, default: &str) -> String {
        let text = self.text(name).unwrap_or_else(|| default.to_owned());
        let url = Url::parse(&text).ok();
        if !url.is_some_and(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some()) {
            self.errors.push(format!("{name} must be a scheme and host like {default}"));
        }
        text.trim_end_matches('/').to_owned()
    }
}

/// A number, or a public name.
pub fn is_chat(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number =
        !digits.is_empty() && digits.len() < 20 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_name = text.strip_prefix('@').is_some_and(|name| {
        (1..=32).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    });
    is_number || is_name
}

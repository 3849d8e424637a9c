//! Mails, Telegram, the bot, digests and templates.

/// Characters of a mail's subject.
pub const MAIL_SUBJECT_CHARS: usize = 200;
/// Addresses that one mail goes to.
pub const MAIL_RECIPIENTS: usize = 100;
/// Connections of one node to the mail server.
pub const SMTP_CONNECTIONS: usize = 4;
/// How long an idle connection to the mail server is used again.
pub const SMTP_IDLE_S: u64 = 30;
/// How long the mail server may take to greet, encrypt and let us in.
pub const SMTP_CONNECT_S: u64 = 20;
/// How long it may take over sender and recipients.
pub const SMTP_OPEN_S: u64 = 60;
/// How long it may take over the text.
pub const SMTP_DELIVER_S: u64 = 120;
/// UTF-16 units of one Telegram message.
pub const TELEGRAM_TEXT_UNITS: usize = 4_096;
/// Messages a second to all chats together: what Telegram recommends.
pub const TELEGRAM_MESSAGES_PER_S: u32 = 30;
/// The pause between two messages to one chat: what Telegram recommends.
pub const TELEGRAM_CHAT_PAUSE_MS: u32 = 1_000;
/// Messages that one node sends at once.
pub const TELEGRAM_AT_ONCE: usize = 16;
/// How long Telegram may take to answer.
pub const TELEGRAM_TIMEOUT_S: u64 = 20;
/// The largest answer of Telegram.
pub const TELEGRAM_ANSWER_BYTES: usize = 256 * 1024;
/// How long to wait when Telegram asks for patience without saying how long.
pub const TELEGRAM_RETRY_AFTER_S: u64 = 5;
/// The longest patience that is obeyed.
pub const TELEGRAM_RETRY_AFTER_MAX_S: u64 = 86_400;
/// How often one chat after another may have become another.
pub const CHAT_MOVES: usize = 8;
/// How often an answer of the bot is tried: one that comes much later answers nothing.
pub const BOT_ANSWER_ATTEMPTS: i32 = 3;
/// Characters of a command, and of each word after it.
pub const BOT_COMMAND_CHARS: usize = 500;
/// Words after a command.
pub const BOT_ARGS: usize = 20;
/// Lines of a list in an answer of the bot.
pub const BOT_LINES: i64 = 10;
/// The largest update of Telegram.
pub const WEBHOOK_BYTES: usize = 256 * 1024;
/// How long the answer to a message waits for what becomes of it.
pub const NOTIFICATION_WAIT_MS: u64 = 3_000;
/// How often a digest is put together anew because another was sent in the meantime.
pub const DIGEST_ATTEMPTS: u32 = 5;
/// Lines of each part of a digest.
pub const DIGEST_LINES: usize = 50;
/// Steps of one rendering.
pub const TEMPLATE_FUEL: u64 = 200_000;
/// The longest text that a template becomes.
pub const TEMPLATE_OUTPUT_BYTES: usize = 256 * 1024;
/// Texts of templates whose variables are remembered.
pub const TEMPLATE_NAMES_REMEMBERED: u64 = 1_000;
/// Of so many missing variables it is found out one by one whether rendering needs them; of more, all are named.
pub const TEMPLATE_MISSING_TRIED: usize = 30;

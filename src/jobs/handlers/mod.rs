//! What this house does on the outside, one file a kind of job.

mod answer_chat;
mod chats;
mod crawl_notice;
mod disk_notice;
mod house_notice;
mod import;
mod mailing;
mod notification;
mod notify_by_mail;
mod notify_by_telegram;
mod pace;
mod stockout_mail;

use std::sync::Arc;

use super::JobHandler;
use crate::adapters::smtp::Mailer;
use crate::adapters::telegram::Telegram;
use crate::app::App;

pub use answer_chat::{ANSWER, Question};
pub use crawl_notice::{CrawlNotice, Payload as CrawlNoticePayload};
pub use disk_notice::{DiskNotice, Payload as DiskNoticePayload};
pub use import::{ImportSheets, Payload as ImportPayload};
pub use mailing::{NO_SERVER, send_mail};
pub use notification::{BY_MAIL, BY_TELEGRAM, Promise};
pub use stockout_mail::{Payload as StockoutMailPayload, StockoutMails};

/// Every kind of job that a node of this build can do. All mails of a node go through one pool of connections.
pub fn all(app: &App) -> Vec<Arc<dyn JobHandler>> {
    let mailer = Mailer::of(&app.config.mail);
    let telegram = Telegram::of(&app.config.telegram);
    let pace = pace::Pace::of(&app.config.telegram, app.pool.clone());
    vec![
        Arc::new(ImportSheets::new(app.clone())),
        Arc::new(StockoutMails::new(app.clone(), mailer.clone())),
        Arc::new(notify_by_mail::NotifyByMail {
            mailer: mailer.clone(),
            store: app.store.clone(),
            pool: app.pool.clone(),
            usual: app.config.mail.digest_to.clone(),
        }),
        Arc::new(notify_by_telegram::NotifyByTelegram {
            telegram: telegram.clone(),
            store: app.store.clone(),
            pool: app.pool.clone(),
            pace: pace.clone(),
            usual: app.config.telegram.chat_ids.clone(),
        }),
        Arc::new(CrawlNotice::new(app.clone())),
        Arc::new(DiskNotice::new(app.clone())),
        Arc::new(answer_chat::AnswerChat { telegram, pace, app: app.clone() }),
    ]
}

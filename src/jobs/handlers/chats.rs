//! Chats that became other chats: a group of Telegram's that grows becomes a supergroup with another id.

use aggregates::notifications::{Chat, ChatCommand};

use super::notification;
use crate::event_store::Store;
use crate::jobs::{Job, Stop};
use crate::limits;

/// The chat that this one is by now.
pub(super) async fn newest(store: &Store, chat: &str) -> Result<String, Stop> {
    let mut chat = chat.to_owned();
    for _move in 0..limits::CHAT_MOVES {
        match store.load::<Chat>(&chat).await.map_err(Stop::retry)?.state.moved_to {
            Some(to) => chat = to,
            None => break,
        }
    }
    Ok(chat)
}

/// The chats that these are by now, each once.
pub(super) async fn all_newest(store: &Store, chats: Vec<String>) -> Result<Vec<String>, Stop> {
    let mut newest_chats = Vec::with_capacity(chats.len());
    for chat in chats {
        let chat = newest(store, &chat).await?;
        if !newest_chats.contains(&chat) {
            newest_chats.push(chat);
        }
    }
    Ok(newest_chats)
}

/// Remembers for good what a chat became.
pub(super) async fn moved(store: &Store, job: &Job, chat: &str, to: &str) -> Result<(), Stop> {
    let command = ChatCommand::Move { chat: chat.to_owned(), to: to.to_owned() };
    notification::execute::<Chat>(store, job, chat, command).await
}

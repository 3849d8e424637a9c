use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use aggregates::campaigns::Campaign;
use axum::extract::ws::Utf8Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use projections::campaigns::CreatorListView;
use serde::Serialize;
use uuid::Uuid;

/// A campaign at one position, with its frames: each written once however many sockets show it.
#[derive(Debug)]
pub struct Shown {
    /// The newest event of the campaign that is in it.
    pub position: i64,
    /// When that was recorded.
    pub at: DateTime<Utc>,
    /// The fold.
    pub campaign: Arc<Campaign>,
    /// Whether the campaign, or its brand, is gone.
    pub is_gone: bool,
    epoch: Arc<str>,
    frames: Mutex<HashMap<Option<Uuid>, Utf8Bytes>>,
}

#[derive(Serialize)]
struct Frame<'a> {
    #[serde(flatten)]
    list: CreatorListView,
    seq: i64,
    epoch: &'a str,
    ts: String,
}

impl Shown {
    pub(super) fn new(
        campaign: Arc<Campaign>,
        position: i64,
        at: DateTime<Utc>,
        epoch: Arc<str>,
        is_gone: bool,
    ) -> Self {
        Self { position, at, campaign, is_gone, epoch, frames: Mutex::default() }
    }

    /// The whole campaign as one text frame (contract §2), its creators those of `product` if given.
    pub fn frame(&self, product: Option<Uuid>) -> Utf8Bytes {
        let mut frames = self.frames.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        frames.entry(product).or_insert_with(|| self.write(product)).clone()
    }

    fn write(&self, product: Option<Uuid>) -> Utf8Bytes {
        let frame = Frame {
            list: CreatorListView::of(&self.campaign, product),
            seq: self.position,
            epoch: &self.epoch,
            ts: self.at.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        };
        serde_json::to_string(&frame).unwrap_or_default().into()
    }
}

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use aggregates::campaigns::Campaign;
use axum::extract::ws::Utf8Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use projections::campaigns::CreatorListView;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::delta;
use super::viewer::view_of;

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
    views: Mutex<HashMap<Option<Uuid>, Arc<Value>>>,
    deltas: Mutex<HashMap<(Option<Uuid>, i64), Utf8Bytes>>,
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
        Self {
            position,
            at,
            campaign,
            is_gone,
            epoch,
            frames: Mutex::default(),
            views: Mutex::default(),
            deltas: Mutex::default(),
        }
    }

    /// The whole campaign as one text frame (contract §2), its creators those of `product` if given.
    pub fn frame(&self, product: Option<Uuid>) -> Utf8Bytes {
        let mut frames = self.frames.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        frames.entry(product).or_insert_with(|| self.write(product)).clone()
    }

    /// The same as a value, for deltas.
    pub(super) fn view(&self, product: Option<Uuid>) -> Arc<Value> {
        let mut views = self.views.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        views.entry(product).or_insert_with(|| Arc::new(view_of(&self.campaign, product))).clone()
    }

    /// What is new since `before`, which the client has with the position `prev`: clients of one product at one
    /// position have the same.
    pub(super) fn delta(&self, product: Option<Uuid>, prev: i64, before: &Value) -> Utf8Bytes {
        let after = self.view(product);
        let mut deltas = self.deltas.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let write = || delta::delta(before, &after, prev, self.position).into();
        deltas.entry((product, prev)).or_insert_with(write).clone()
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

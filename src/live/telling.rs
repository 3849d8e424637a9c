use axum::extract::ws::Utf8Bytes;

use super::delta;
use super::polling::Watching;
use super::session::CloseCode;
use super::viewer::{Framed, Next, Viewer};
use crate::event_store::AppendError;

/// What a v2 client is told, over a socket or as server-sent events: the campaign, and how its source is.
pub struct Telling {
    viewer: Viewer,
    watching: Watching,
}

impl Telling {
    /// Tells what `viewer` shows, and keeps the campaign's source polled meanwhile.
    pub fn new(viewer: Viewer, watching: Watching) -> Self {
        Self { viewer, watching }
    }

    /// The next frame; none: the campaign is gone. May be dropped while it waits: nothing is lost.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn next(&mut self) -> Result<Option<Framed>, AppendError> {
        // How the source is comes after what the client asked for first: the snapshot, or what it missed.
        let next = match self.viewer.past().await? {
            Some(next) => next,
            None => tokio::select! {
                next = self.viewer.next() => next?,
                source = self.watching.source_changed() => return Ok(Some(self.framed(source))),
            },
        };
        Ok(match next {
            Next::Frame(framed) => Some(framed),
            Next::Gone => None,
        })
    }

    /// A sign of life.
    pub(super) fn ping(&self) -> Utf8Bytes {
        delta::ping(self.viewer.seq()).into()
    }

    /// The last frame.
    pub fn closing(&self, code: CloseCode) -> Framed {
        self.framed(delta::closing(code))
    }

    fn framed(&self, text: String) -> Framed {
        Framed { text: text.into(), seq: self.viewer.seq() }
    }
}

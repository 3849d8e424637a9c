use std::collections::HashSet;
use std::sync::Arc;

use super::append::{ClaimAction, Request};

/// The streams, claims and keys that a batch touches.
#[derive(Default)]
pub(super) struct Footprint {
    streams: HashSet<(&'static str, Arc<str>)>,
    claims: HashSet<(&'static str, String)>,
    required: HashSet<(&'static str, String)>,
    keys: HashSet<(String, Vec<u8>)>,
}

impl Footprint {
    pub(super) fn admits(&self, request: &Request) -> bool {
        request.streams.iter().all(|stream| !self.streams.contains(&(stream.kind, stream.id.clone())))
            && request.claims.iter().all(|change| {
                let name = (change.claim.scope, change.claim.key.clone());
                !self.claims.contains(&name)
                    && (change.action == ClaimAction::Require || !self.required.contains(&name))
            })
            && request.key.as_ref().is_none_or(|key| {
                self.keys.is_empty() || !self.keys.contains(&(key.caller.clone(), key.key_hash.clone()))
            })
    }

    pub(super) fn add(&mut self, request: &Request) {
        self.streams.extend(request.streams.iter().map(|stream| (stream.kind, stream.id.clone())));
        for change in &request.claims {
            let name = (change.claim.scope, change.claim.key.clone());
            let set =
                if change.action == ClaimAction::Require { &mut self.required } else { &mut self.claims };
            set.insert(name);
        }
        self.keys.extend(request.key.iter().map(|key| (key.caller.clone(), key.key_hash.clone())));
    }

    /// A request that has to wait keeps its place: nobody behind it overtakes it on what it touches.
    pub(super) fn block(&mut self, request: &Request) {
        self.add(request);
    }
}

//! Work on templates away from the threads that answer others: it is bounded, but it is work.

use std::sync::{Arc, LazyLock};

use moka::sync::Cache;
use sha2::{Digest, Sha256};

use super::engine::{Rendered, Source, render};
use super::{RenderError, Variables, names};
use crate::limits;

/// The variables of texts that were looked at before, by the hash of the texts.
static KNOWN: LazyLock<Cache<[u8; 32], Arc<[String]>>> =
    LazyLock::new(|| Cache::new(limits::TEMPLATE_NAMES_REMEMBERED));

/// Fills a template in; see [`render`].
///
/// # Errors
/// See [`RenderError`].
pub async fn render_aside(
    subject: String,
    body: String,
    variables: Variables,
    is_lenient: bool,
) -> Result<Rendered, RenderError> {
    let rendering = tokio::task::spawn_blocking(move || {
        render(&Source { subject: &subject, body: &body }, &variables, is_lenient)
    });
    rendering.await.unwrap_or_else(|error| Err(RenderError::Broken(error.to_string())))
}

/// The variables that templates of these subjects and bodies name. Each text is compiled once, however often it is
/// listed.
pub async fn compiled_names(texts: Vec<(String, String)>) -> Vec<Arc<[String]>> {
    let known = |(subject, body): &(String, String)| KNOWN.get(&hash(subject, body));
    let found: Vec<_> = texts.iter().filter_map(known).collect();
    if found.len() == texts.len() {
        return found;
    }
    let count = texts.len();
    let compiling = tokio::task::spawn_blocking(move || {
        let compile = |(subject, body): &(String, String)| {
            let names = || names(&Source { subject, body }).into();
            KNOWN.get_with(hash(subject, body), names)
        };
        texts.iter().map(compile).collect()
    });
    compiling.await.unwrap_or_else(|error| {
        tracing::error!(%error, "the variables of templates could not be found out");
        vec![Arc::default(); count]
    })
}

fn hash(subject: &str, body: &str) -> [u8; 32] {
    let mut hasher = Sha256::new();
    // So that no two texts are joined the same way.
    hasher.update((subject.len() as u64).to_be_bytes());
    hasher.update(subject);
    hasher.update(body);
    hasher.finalize().into()
}

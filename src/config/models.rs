//! Who writes copy, looks things up, and says what is talked about.

use std::time::Duration;

use url::Url;

use super::{Reader, base_url};
use crate::auth::Secret;
use crate::limits;

/// The settings of models and of trending sources.
#[derive(Clone, Debug)]
pub struct Models {
    /// Where Ollama listens; none: the setting cannot be read, which is told.
    pub ollama_url: Option<Url>,
    /// Which of its models writes.
    pub ollama_model: String,
    /// Lets one ask Gemini.
    pub gemini_key: Option<Secret>,
    /// Where Gemini listens.
    pub gemini_url: Option<Url>,
    /// Which of its models writes and looks things up.
    pub gemini_model: String,
    /// How long a model may take to answer.
    pub timeout: Duration,
    /// Tokens that a user may use in a day of the house's zone; 0: any number.
    pub daily_tokens: u32,
    /// Where a source's snapshot is fetched, by the source's name: a template with `{category}`.
    pub trending: Vec<(&'static str, Secret)>,
    /// Seconds after which a snapshot is fetched again.
    pub trending_every_s: u32,
}

/// The sources of what is talked about (contract §3), each with its setting.
pub const TRENDING_SOURCES: [(&str, &str); 3] = [
    ("mybest", "TIDEMARK_TRENDING_MYBEST_URL"),
    ("cosme", "TIDEMARK_TRENDING_COSME_URL"),
    ("youtube", "TIDEMARK_TRENDING_YOUTUBE_URL"),
];

impl Models {
    pub(super) fn read<V: Fn(&str) -> Option<String>>(reader: &mut Reader<V>) -> Self {
        let text = |reader: &Reader<V>, name: &str, usual: &str| {
            reader.text(name).unwrap_or_else(|| usual.to_owned())
        };
        let url = |reader: &mut Reader<V>, name: &str, usual: &str| match reader.text(name) {
            None => Url::parse(usual).ok(),
            Some(_) => base_url::read(reader, name),
        };
        let seconds = reader.parse("TIDEMARK_AI_TIMEOUT_S", limits::MODEL_TIMEOUT_S, "a number of seconds");
        if !(1..=limits::MODEL_TIMEOUT_MAX_S).contains(&seconds) {
            let most = limits::MODEL_TIMEOUT_MAX_S;
            reader.errors.push(format!("TIDEMARK_AI_TIMEOUT_S must be between 1 and {most}"));
        }
        Self {
            ollama_url: url(reader, "TIDEMARK_OLLAMA_URL", "http://127.0.0.1:11434"),
            ollama_model: text(reader, "TIDEMARK_OLLAMA_MODEL", "llama3:70b"),
            gemini_key: reader.secret("TIDEMARK_GEMINI_KEY"),
            gemini_url: url(reader, "TIDEMARK_GEMINI_URL", "https://generativelanguage.googleapis.com"),
            gemini_model: text(reader, "TIDEMARK_GEMINI_MODEL", "gemini-2.5-flash"),
            timeout: Duration::from_secs(seconds),
            daily_tokens: reader.parse("TIDEMARK_AI_DAILY_TOKENS", 1_000_000, "a number of tokens"),
            trending: TRENDING_SOURCES
                .into_iter()
                .filter_map(|(source, name)| Some((source, template(reader, name)?)))
                .collect(),
            trending_every_s: reader.parse("TIDEMARK_TRENDING_EVERY_S", 3_600, "a number of seconds"),
        }
    }
}

/// An address that may hold a key.
fn template<V: Fn(&str) -> Option<String>>(reader: &mut Reader<V>, name: &str) -> Option<Secret> {
    let text = reader.text(name)?;
    let filled = text.replace("{category}", "x");
    if Url::parse(&filled).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
        return Some(Secret::new(text));
    }
    reader.errors.push(format!("{name} must be like https://fetcher.example/{{category}}"));
    None
}

//! Requests to models, and what is talked about elsewhere.

/// How long a model may take unless said, in seconds.
pub const MODEL_TIMEOUT_S: u64 = 60;
/// The longest that may be said.
pub const MODEL_TIMEOUT_MAX_S: u64 = 600;
/// How long keeping what came of a request to a model may take after it.
pub const MODEL_RECORD_S: u64 = 10;
/// How long a provider may take to accept a connection.
pub const MODEL_CONNECT_S: u64 = 5;
/// The pause before a request to a model is sent once more.
pub const MODEL_RETRY_PAUSE_MS: u64 = 300;
/// The largest answer of a model.
pub const MODEL_ANSWER_BYTES: usize = 4 * 1024 * 1024;
/// Tokens that a model may write for one request.
pub const MODEL_OUTPUT_TOKENS: i64 = 4_096;
/// Requests to models of one node at once; one more is told to come again.
pub const MODEL_REQUESTS_AT_ONCE: usize = 16;
/// Sources and segments of one search that are kept.
pub const SEARCH_SOURCES: usize = 100;
/// Segments of one search that are kept.
pub const SEARCH_SEGMENTS: usize = 500;
/// How many requests to models a list without a page shows.
pub const AI_HISTORY_LISTED: i64 = 5_000;
/// Days of figures unless said.
pub const AI_USAGE_DAYS: u64 = 30;
/// The most days of figures.
pub const AI_USAGE_DAYS_MAX: i64 = 400;
/// Seconds of the longest day.
pub const DAY_S: i64 = 25 * 3_600;
/// How long the fetcher of a trending source may take.
pub const TRENDING_TIMEOUT_S: u64 = 30;
/// The largest answer of such a fetcher.
pub const TRENDING_ANSWER_BYTES: usize = 2 * 1024 * 1024;
/// Items of a snapshot that are kept.
pub const TRENDING_ITEMS: usize = 200;
/// Characters of an item's texts that are kept.
pub const TRENDING_TEXT_CHARS: usize = 500;
/// The longest name of a category.
pub const TRENDING_CATEGORY_CHARS: usize = 100;
/// Snapshots that wait to be fetched; more are left for the next who asks.
pub const TRENDING_QUEUE: usize = 64;
/// How often old snapshots are looked for.
pub const TRENDING_TICK_S: u64 = 60;
/// How long a source that was asked for a category is left alone.
pub const TRENDING_PAUSE_S: u64 = 60;
/// Snapshots that are fetched within that time.
pub const TRENDING_TRIED: usize = 256;

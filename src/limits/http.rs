//! Requests and answers: sizes, times, pages, rates, what is remembered.

use std::time::Duration;

/// The longest address (path and query) that is read.
pub const URI_BYTES: usize = 8 * 1024;
/// The longest `X-Request-Id` taken over from a caller.
pub const REQUEST_ID_CHARS: usize = 128;
/// The largest JSON body.
pub const JSON_BODY_BYTES: usize = 2 * 1024 * 1024;
/// The largest upload, and the largest batch of observations.
pub const UPLOAD_BODY_BYTES: usize = 64 * 1024 * 1024;
/// Fields of a form beside its file that are read.
pub const UPLOAD_FIELDS: usize = 50;
/// The longest name of a file that is kept, in characters.
pub const FILE_NAME_CHARS: usize = 200;
/// How much of a body that is too large is read and dropped, so that its sender gets to read the answer.
pub const DRAINED_BODY_BYTES: usize = 16 * 1024 * 1024;
/// How deep JSON may nest.
pub const JSON_DEPTH: usize = 64;
/// The longest list in a body where a field names no limit of its own.
pub const LIST_ITEMS: usize = 1_000;
/// The largest amount in a body, as a power of ten: wider than any money, narrower than a `numeric(20,4)`.
pub const DECIMAL_WHOLE_DIGITS: u32 = 15;
/// How many pairs of a query string are read.
pub const QUERY_PAIRS: usize = 100;
/// Rows in a page when the client names no number.
pub const PAGE_ROWS_DEFAULT: u64 = 50;
/// Rows in the largest page (contract R10).
pub const PAGE_ROWS: u64 = 1_000;
/// The highest page number; a page further on is empty anyhow.
pub const PAGE_NUMBER: u64 = 1_000_000_000;
/// How many addresses of `X-Forwarded-For` are looked at, from the nearest.
pub const FORWARDED_HOPS: usize = 32;
/// How long a request may take where its route names no limit of its own.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Requests that a caller may send at once, beyond the configured rate.
pub const RATE_BURST: u32 = 200;
/// Callers whose rate is remembered before those that have been quiet are forgotten.
pub const RATE_CALLERS: usize = 10_000;
/// Things whose newest change is remembered; beyond that all count as changed now.
pub const CHANGED_SUBJECTS: usize = 1_000_000;
/// Bytes of remembered answers.
pub const REMEMBERED_BYTES: u64 = 64 * 1024 * 1024;
/// The largest answer that is remembered.
pub const REMEMBERED_ANSWER_BYTES: usize = 4 * 1024 * 1024;
/// How long a read waits for what it must show, and a write for its own visibility (contract R7).
pub const VISIBLE_WITHIN: Duration = Duration::from_secs(2);
/// How long a turn of a key is kept that nobody waits for.
pub const IDEMPOTENCY_TURN_KEPT_S: u64 = 60;
/// Idempotency keys whose requests take turns on one node.
pub const IDEMPOTENCY_TURNS: u64 = 10_000;
/// Characters of an ordinary text field.
pub const TEXT_CHARS: usize = 2_000;
/// Characters of a description.
pub const LONG_TEXT_CHARS: usize = 20_000;
/// What an answer may take beyond what it waits for.
pub const ANSWER_WITHIN_S: u64 = 10;
/// How long requests in flight may take after the program was asked to stop.
pub const SHUTDOWN_S: u64 = 10;
/// How long a client may take to send a request's headers.
pub const HEADER_READ_S: u64 = 20;
/// HTTP connections of one node at once, without sockets; more wait to be accepted.
pub const HTTP_CONNECTIONS: usize = 16_384;
/// How long a client may take nothing of an answer, an event stream's too, before it is cut off.
pub const UNREAD_ANSWER_S: u64 = 30;
/// Buffer of one HTTP connection; longer headers are refused.
pub const HTTP_BUFFER_BYTES: usize = 64 * 1024;
/// The pause after a connection could not be accepted.
pub const ACCEPT_PAUSE_MS: u64 = 50;
/// How long an Idempotency-Key and its answer are kept (contract R8), in seconds.
pub const IDEMPOTENCY_KEPT_S: f64 = 86_400.0;
/// Characters of an Idempotency-Key (contract R8).
pub const IDEMPOTENCY_KEY_CHARS: usize = 255;
/// Versions that one If-Match or If-None-Match is read for.
pub const LISTED_VERSIONS: usize = 64;

//! The crawler: runs, pace, patience with shops, sizes of pages.

/// How long a page may take to be understood, in seconds.
pub const CRAWL_PARSE_S: u64 = 5;
/// Prices of one page that are kept as evidence.
pub const CRAWL_CANDIDATES: usize = 40;
/// Scripts of one page that are read for schema.org data.
pub const CRAWL_SCRIPTS: usize = 60;
/// Attributes of one page that are read for schema.org data.
pub const CRAWL_PROPERTIES: usize = 2_000;
/// Text of one element that is read for prices, in bytes.
pub const CRAWL_SELECTED_BYTES: usize = 20_000;
/// The largest page of a shop, unpacked, in bytes.
pub const CRAWL_PAGE_BYTES: usize = 16 * 1024 * 1024;
/// The largest robots.txt that is read, in bytes.
pub const CRAWL_ROBOTS_BYTES: usize = 512 * 1024;
/// How long a robots.txt is believed, in seconds.
pub const CRAWL_ROBOTS_S: u64 = 24 * 60 * 60;
/// How long a shop is left alone whose robots.txt cannot be had, in seconds.
pub const CRAWL_ROBOTS_AWAY_S: u64 = 5;
/// The longest crawl-delay that is obeyed, in seconds.
pub const CRAWL_DELAY_MAX_S: f32 = 60.0;
/// Requests to one shop that its pace does not hold up.
pub const CRAWL_BURST: u32 = 4;
/// Requests to one shop at once.
pub const CRAWL_REQUESTS_PER_HOST: usize = 2;
/// The same where no pace is kept.
pub const CRAWL_REQUESTS_UNPACED: usize = 32;
/// Shops whose rules and pace are remembered.
pub const CRAWL_HOSTS: u64 = 10_000;
/// Redirects that are followed.
pub const CRAWL_REDIRECTS: usize = 5;
/// The longest header of a shop that is kept, in bytes.
pub const CRAWL_HEADER_BYTES: usize = 2_048;
/// How long a shop may take to accept a connection, in seconds.
pub const CRAWL_CONNECT_S: u64 = 10;
/// How long a shop may say nothing in the middle of an answer, in seconds.
pub const CRAWL_SILENCE_S: u64 = 15;
/// How long a whole answer may take, in seconds.
pub const CRAWL_REQUEST_S: u64 = 30;
/// How often a page is asked for when its shop fails.
pub const CRAWL_ATTEMPTS: u32 = 3;
/// The pause before the second time; it doubles from then on.
pub const CRAWL_BACKOFF_MS: u64 = 500;
/// Failures in a row after which a shop is left alone.
pub const CRAWL_FAILURES_IN_A_ROW: u32 = 5;
/// How long it is left alone at first, in seconds; it doubles with each time in a row.
pub const CRAWL_PAUSE_S: u64 = 60;
/// How long a shop is left alone at most, in seconds.
pub const CRAWL_PAUSE_MAX_S: u64 = 60 * 60;
/// How long the one request that tries again may take before another may, in seconds.
pub const CRAWL_PROBE_S: u64 = 30;
/// Listings that one request to the crawler may name.
pub const CRAWL_ASKED_LISTINGS: usize = 10_000;
/// How often a page is visited where its listing does not say, in seconds.
pub const CRAWL_INTERVAL_S: i64 = 4 * 60 * 60;
/// How long a new listing waits for others before a run begins by itself, in seconds.
pub const CRAWL_NEW_S: f64 = 300.0;
/// How often a node looks for crawl runs that nobody carries out.
pub const CRAWL_TICK_MS: u64 = 2_000;
/// How often it looks whether a run should begin by itself, in seconds.
pub const CRAWL_SCHEDULE_S: u64 = 30;
/// How long a node that says nothing more keeps the run that it carries out, in seconds.
pub const CRAWL_LEASE_S: u64 = 30;
/// How often it says so, in seconds.
pub const CRAWL_RENEW_S: u64 = 10;
/// How often a run is gone on with before it is given up.
pub const CRAWL_RUN_ATTEMPTS: i32 = 50;
/// Shops that the event of a run names; the others are summed up.
pub const CRAWL_REPORT_HOSTS: usize = 100;
/// How long after a notice of a failed run no other is sent, in seconds.
pub const CRAWL_NOTICE_PAUSE_S: i64 = 60 * 60;
/// Pages of a run in memory at once.
pub const CRAWL_PAGES_LOADED: i64 = 20_000;
/// Shops that are visited at once.
pub const CRAWL_HOSTS_AT_ONCE: usize = 64;
/// Pages of one shop that wait for its pace at once.
pub const CRAWL_PAGES_AT_ONCE: usize = 32;
/// Visits whose outcome waits to be written down.
pub const CRAWL_RESULTS: usize = 1_000;
/// How long outcomes are gathered before they are written down together.
pub const CRAWL_GATHER_MS: u64 = 1_000;
/// Outcomes that are written down together.
pub const CRAWL_BATCH_PAGES: usize = 500;

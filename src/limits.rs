//! Every limit of the program in one place (invariant 7): queues, batches, caches, pages, bodies, times.

use std::ops::RangeInclusive;

use chrono::TimeDelta;

/// Appends waiting for the appender task.
pub const APPEND_QUEUE: usize = 8_192;
/// Requests in one append statement.
pub const APPEND_BATCH_REQUESTS: usize = 1_024;
/// Events in one append statement, unless a single request has more.
pub const APPEND_BATCH_EVENTS: usize = 16_384;
/// Bytes of payload in one append statement, unless a single request has more.
pub const APPEND_BATCH_BYTES: usize = 32 * 1024 * 1024;
/// How long an append may take as this side sees it; longer than its statement_timeout.
pub const APPEND_TIMEOUT_S: u64 = 25;
/// An append that takes no longer than this is not held up by the disk.
pub const APPEND_SWIFT_US: u64 = 1_500;
/// How long the appender's connection is taken to be alive after it was used: less than a restart of the database
/// takes, as who meets a dead connection with an append cannot be told what became of it.
pub const APPENDER_TRUST_MS: u64 = 20;
/// The appender's session: a lost node must not hold the log's lock, a stuck disk must become an answer. Its plans
/// are made while the log is short, so they are told to use the indexes that a long one needs.
pub const APPENDER_SESSION: &str = "SET lock_timeout = '5s'; SET statement_timeout = '20s'; \
     SET idle_in_transaction_session_timeout = '5s'; SET tcp_user_timeout = '10s'; SET plan_cache_mode = force_generic_plan; \
     SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off";
/// How long to wait for a connection of one's own, or for the answer to something small.
pub const CONNECT_TIMEOUT_S: u64 = 5;
/// How often a command is decided again after somebody else was first, before it is a 409.
pub const EXECUTE_ATTEMPTS: u32 = 64;
/// Streams of one kind whose folded state is kept in memory.
pub const CACHED_STREAMS: u64 = 50_000;
/// Streams that one act of several commands loads at once.
pub const ACT_LOADS_AT_ONCE: usize = 8;
/// Numbers that may be taken at once.
pub const NUMBERS_AT_ONCE: usize = 200_000;
/// A snapshot is written each time a stream grows past a multiple of this.
pub const SNAPSHOT_EVERY_EVENTS: i64 = 250;
/// Snapshots being written at once; more are skipped, the next multiple tries again.
pub const SNAPSHOT_WRITERS: usize = 2;
/// Events kept in memory for readers of the feed.
pub const FEED_RING_EVENTS: usize = 65_536;
/// Bytes of payload and metadata kept in memory for readers of the feed.
pub const FEED_RING_BYTES: usize = 64 * 1024 * 1024;
/// Events read from the table at once when the feed catches up.
pub const FEED_PAGE_EVENTS: i64 = 5_000;
/// How often the feed looks for itself, should a notice be lost.
pub const FEED_POLL_MS: u64 = 500;
/// How long the feed waits for a page before it asks again.
pub const FEED_READ_TIMEOUT_S: u64 = 20;
/// Reads waiting for one confirmation of the log's head.
pub const BARRIER_QUEUE: usize = 16_384;
/// Events of one page of the audit or of /api/events.
pub const EVENTS_PAGE_MAX: i64 = 1_000;
/// Events that the projector applies in one transaction.
pub const PROJECT_BATCH_EVENTS: usize = 4_000;
/// How often a node tries to lead the projections when nobody does.
pub const LEADER_RETRY_MS: u64 = 250;
/// How often an idle leader makes sure that its connection lives.
pub const LEADER_HEARTBEAT_S: u64 = 2;
/// How long a follower of the feed goes on, at most, before it writes down where it is.
pub const MARKER_AT_MOST_MS: u64 = 200;
/// After which silence it does so anyway.
pub const MARKER_QUIET_MS: u64 = 20;
/// How often a node asks how far the leader is, should a notice be lost.
pub const CHECKPOINT_POLL_MS: u64 = 500;
/// Events that a rebuild applies at once, at most: the more, the more often a row changes in memory only.
pub const REPLAY_PAGE_EVENTS: usize = 20_000;
/// And their payloads, in bytes.
pub const REPLAY_PAGE_BYTES: usize = 16 * 1024 * 1024;
/// Positions of which a rebuild asks for the followed events at once: what may come beyond the bytes of a page.
pub const REPLAY_CHUNK_POSITIONS: i64 = 500;
/// Pages that a rebuild reads ahead while it applies one.
pub const REPLAY_READ_AHEAD: usize = 1;
/// How close a rebuild comes by itself before it stops the live loop for the rest.
pub const REPLAY_CLOSE_EVENTS: i64 = 2_000;
/// How long a swap waits for readers of the old tables before it lets them pass and tries again.
pub const SWAP_LOCK_TIMEOUT_MS: u64 = 1_000;
/// How often a swap is tried.
pub const SWAP_ATTEMPTS: u32 = 60;
/// Jobs of the projector at once.
pub const PROJECTION_JOBS: usize = 2;
/// How often the leader looks for jobs, should a notice be lost.
pub const JOBS_POLL_MS: u64 = 500;
/// Differing rows that a verification shows.
pub const VERIFY_SAMPLE_ROWS: i64 = 10;
/// Connections that requests of one node share.
pub const POOL_CONNECTIONS: u32 = 16;
/// How often two connections are asked whether each is a session of its own.
pub const SESSION_PROBES: usize = 5;
/// How long such a connection is taken to be alive after it was used.
pub const POOL_TRUST_MS: u64 = 20;
/// Their session.
pub const POOL_SESSION: &str = "SET search_path = read, public; SET statement_timeout = '15s'; SET jit = off; \
     SET idle_in_transaction_session_timeout = '15s'";
/// The session of those who write read tables. Rows and checkpoints that a crash of the server takes back
/// together are applied again, so no commit of theirs waits for the disk.
pub const PROJECTOR_SESSION: &str = "SET search_path = read, public; SET synchronous_commit = off; SET jit = off; \
     SET statement_timeout = '120s'; SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '60s'; \
     SET tcp_user_timeout = '10s'; SET application_name = 'tidemark projector'";
/// And of the live loop, whose batches are mostly small: planning anew would take longer than what is planned.
/// Plans made while tables are short are told to use the indexes that long ones need.
pub const LIVE_SESSION: &str = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; \
     PREPARE move_live_checkpoint (bigint) AS \
     UPDATE public.live_checkpoint SET position = $1, updated_at = clock_timestamp() WHERE position < $1";
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
pub const REQUEST_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(30);

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
pub const VISIBLE_WITHIN: std::time::Duration = std::time::Duration::from_secs(2);
/// Campaigns folded for sockets before those that nobody watches any more are forgotten.
pub const HUB_SWEEP_CAMPAIGNS: usize = 64;
/// How long a socket ticket lets one connect (contract §2), in seconds.
pub const TICKET_S: f64 = 600.0;
/// How often a socket is pinged; two pings without an answer close it.
pub const SOCKET_PING_S: u64 = 25;
/// Pings that may stay unanswered.
pub const SOCKET_MISSED_PINGS: u32 = 2;
/// How long a socket may take to accept one frame before it is too slow.
pub const SOCKET_SEND_S: u64 = 10;
/// How long a closing socket may take to hear why.
pub const SOCKET_CLOSE_S: u64 = 5;
/// The largest frame that a client, who should send none, may send.
pub const SOCKET_INBOUND_BYTES: usize = 4 * 1024;
/// Frames that a client may send in all before it is told to stop.
pub const SOCKET_INBOUND_FRAMES: u32 = 1_000;
/// What one socket may have buffered for sending.
pub const SOCKET_OUTBOUND_BYTES: usize = 16 * 1024 * 1024;
/// Read buffer of one socket.
pub const SOCKET_READ_BUFFER_BYTES: usize = 1024;
/// How long a task is polled after its last socket went, in seconds (contract §2).
pub const POLL_LINGER_S: u64 = 60;
/// How often a node says again that it has sockets for a task.
pub const POLL_RENEW_S: u64 = 10;
/// How often a node looks for due polls.
pub const POLL_TICK_MS: u64 = 500;
/// Polls of one node at once.
pub const POLLS_AT_ONCE: usize = 32;
/// How long a source may take to answer.
pub const POLL_TIMEOUT_S: u64 = 10;
/// The largest answer of a source.
pub const POLL_ANSWER_BYTES: usize = 4 * 1024 * 1024;
/// The longest pause between two polls of a failing source.
pub const POLL_BACKOFF_MAX_S: f64 = 300.0;

/// How long a password may be, in characters.
pub const PASSWORD_CHARS: RangeInclusive<usize> = 8..=1_000;
/// How many password checks may wait for a core; a further one is told to come again.
pub const PASSWORD_QUEUE: usize = 128;
/// How many failures in [`LOCKOUT_WINDOW`] lock a name or a network out.
pub const LOCKOUT_FAILURES: i32 = 10;
/// How long a failure counts.
pub const LOCKOUT_WINDOW: TimeDelta = TimeDelta::minutes(15);
/// How much of a username is written down, in characters.
pub const ATTEMPT_NAME_CHARS: usize = 150;
/// How much of a browser's name is written down, in characters.
pub const AGENT_CHARS: usize = 300;
/// How long an unused session lasts; each use extends it.
pub const SESSION_IDLE: TimeDelta = TimeDelta::days(14);
/// How long a session lasts however much it is used.
pub const SESSION_LONGEST: TimeDelta = TimeDelta::days(90);
/// How often a use is written down at most.
pub const CREDENTIAL_TOUCH_EVERY: TimeDelta = TimeDelta::minutes(1);
/// How many sessions a user may have; the one unused for longest makes room.
pub const SESSIONS_PER_USER: i64 = 200;
/// How long a token's name may be, in characters.
pub const TOKEN_NAME_CHARS: usize = 100;
/// How many live tokens of either sort a user may have.
pub const TOKENS_PER_USER: i64 = 1_000;
/// How many tokens one list shows.
pub const TOKENS_LISTED: i64 = 5_000;
/// The shortest and the longest life of a token that a route makes, in seconds.
pub const TOKEN_LIFETIME_S: (i64, i64) = (1, 315_360_000);
/// How long a token got by signing in lasts unless its user says otherwise.
pub const TOKEN_LIFETIME_DEFAULT: TimeDelta = TimeDelta::days(30);
/// How many principals are remembered.
pub const PRINCIPALS_REMEMBERED: u64 = 20_000;
/// How long a principal is remembered without asking the database again.
pub const PRINCIPALS_REMEMBERED_S: u64 = 5;
/// How soon a node listens again for changed credentials after its connection broke; longer each time.
pub const CREDENTIALS_RETRY_MS: u64 = 200;
/// The longest such pause.
pub const CREDENTIALS_RETRY_MAX_S: u64 = 10;
/// Of how many who stay, at sockets and streams, a node finds out at once whether they still may.
pub const PASS_LOOKS_AT_ONCE: usize = 4;
/// The pause after that could not be found out.
pub const PASS_RETRY_MS: u64 = 1_000;
/// How long a turn of a key is kept that nobody waits for.
pub const IDEMPOTENCY_TURN_KEPT_S: u64 = 60;
/// Idempotency keys whose requests take turns on one node.
pub const IDEMPOTENCY_TURNS: u64 = 10_000;
/// Characters of an ordinary text field.
pub const TEXT_CHARS: usize = 2_000;
/// Characters of a description.
pub const LONG_TEXT_CHARS: usize = 20_000;
/// Events of a page of the audit or of /api/events, unless said.
pub const EVENTS_PAGE: i64 = 100;
/// How often a verification begins anew because somebody was erased meanwhile.
pub const VERIFY_ATTEMPTS: usize = 3;
/// How long `?wait=1` waits for a verification.
pub const VERIFY_WAIT_S: u64 = 60;
/// What an answer may take beyond what it waits for.
pub const ANSWER_WITHIN_S: u64 = 10;
/// How long an export of the audit may take.
pub const AUDIT_EXPORT_S: u64 = 600;
/// How often it looks.
pub const VERIFY_LOOK_MS: u64 = 50;
/// A projection this many events behind is not ready.
pub const READY_LAG_EVENTS: i64 = 10_000;
/// How long an idle projection may take to show the newest event and still be ready.
pub const READY_WITHIN_S: u64 = 2;
/// How long requests in flight may take after the program was asked to stop.
pub const SHUTDOWN_S: u64 = 10;
/// How long a client may take to send a request's headers.
pub const HEADER_READ_S: u64 = 20;
/// HTTP connections of one node at once, without sockets; more wait to be accepted.
pub const HTTP_CONNECTIONS: usize = 16_384;
/// Sockets and event streams of one node at once; one more is told to try again.
pub const SOCKETS: usize = 50_000;
/// How long a client may take nothing of an answer, an event stream's too, before it is cut off.
pub const UNREAD_ANSWER_S: u64 = 30;
/// Buffer of one HTTP connection; longer headers are refused.
pub const HTTP_BUFFER_BYTES: usize = 64 * 1024;
/// The pause after a connection could not be accepted.
pub const ACCEPT_PAUSE_MS: u64 = 50;
/// How long an Idempotency-Key and its answer are kept (contract R8), in seconds.
pub const IDEMPOTENCY_KEPT_S: f64 = 86_400.0;
/// How often the leading node removes what has expired.
pub const HOUSEKEEPING_EVERY_S: u64 = 600;
/// Rows that one statement of it removes.
pub const HOUSEKEEPING_ROWS: i64 = 5_000;
/// Characters of an Idempotency-Key (contract R8).
pub const IDEMPOTENCY_KEY_CHARS: usize = 255;
/// Versions that one If-Match or If-None-Match is read for.
pub const LISTED_VERSIONS: usize = 64;
/// How often a database that is away is tried again at the start.
pub const DATABASE_RETRY_MS: u64 = 1_000;
/// The longest pause between two frames of a replay, in seconds.
pub const REPLAY_WAIT_MAX_S: f64 = 3_600.0;
/// How often a v2 viewer learns how its campaign's source is.
pub const SOURCE_LOOK_S: u64 = 2;
/// Tasks whose source's state is remembered so long, for all viewers of a node.
pub const SOURCE_STATES: u64 = 10_000;
/// Characters of a product's or a vendor's code in a sheet.
pub const SALES_CODE_CHARS: usize = 100;
/// Characters of a name in a sheet of sales or listings.
pub const SALES_TEXT_CHARS: usize = 255;
/// The largest amount of money or pieces in a sheet.
pub const SALES_AMOUNT: i64 = 10_000_000_000_000;
/// How long an import waits for its own rows before it says what was restated.
pub const SALES_NOTE_WITHIN: std::time::Duration = std::time::Duration::from_secs(10);
/// Rows of sales in one atomic append, unless a single day has more.
pub const SALES_ROWS_OF_APPEND: usize = 20_000;
/// Days of an import that are undone in one atomic append.
pub const SALES_DAYS_OF_UNDO: usize = 31;
/// Days of a trend, unless said.
pub const TREND_DAYS: i64 = 30;
/// Days of the longest trend (contract §3).
pub const TREND_DAYS_MAX: i64 = 400;
/// Events that a stream of the log takes from the feed at once.
pub const EVENTS_STREAM_PAGE: usize = 500;
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
/// Rows with data in one sheet.
pub const SHEET_ROWS: usize = 200_000;
/// Columns with data in one row of a sheet.
pub const SHEET_COLUMNS: usize = 512;
/// Cells of one sheet, empty ones of old formats included.
pub const SHEET_CELLS: usize = 8_000_000;
/// Bytes of text in all rows of one sheet.
pub const SHEET_TEXT_BYTES: usize = 192 * 1024 * 1024;
/// Bytes of a workbook with all its parts unpacked.
pub const SHEET_UNPACKED_BYTES: u64 = 768 * 1024 * 1024;
/// Parts of a workbook.
pub const SHEET_ZIP_PARTS: usize = 4_096;
/// How far down a sheet the header is looked for.
pub const SHEET_HEADER_WITHIN_ROWS: usize = 100;
/// Headers that are named when a column is missing.
pub const SHEET_HEADERS_SHOWN: usize = 50;
/// Faults kept of one sheet; the error sheet shows them all.
pub const SHEET_FAULTS: usize = 100_000;
/// Faults in one answer (issue 4: the first hundred).
pub const SHEET_FAULTS_SHOWN: usize = 100;
/// Characters of a faulty cell that are shown.
pub const SHEET_FAULT_VALUE_CHARS: usize = 200;
/// Workbooks up to this size are asked for merged cells, which costs a second reading.
pub const SHEET_MERGED_BYTES: usize = 1024 * 1024;
/// Merged cells of one sheet that are filled in.
pub const SHEET_MERGED_REGIONS: usize = 2_000;
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
/// How many knocks at the door one list shows.
pub const LOGIN_HISTORY_LISTED: i64 = 5_000;
/// How many users a list without a page shows.
pub const USERS_LISTED: usize = 5_000;
/// How often another administrator is looked for who stays when one goes.
pub const STANDING_ATTEMPTS: u32 = 8;
/// How often the machine is looked at.
pub const MACHINE_LOOK_S: u64 = 5;
/// When it is looked at first: use of the processors is told by two looks.
pub const MACHINE_SECOND_LOOK_MS: u64 = 250;
/// How long a question right after the start waits for the first look.
pub const MACHINE_FIRST_LOOK_MS: u64 = 3_000;
/// How long a file of the data folder is kept that nobody changes.
pub const OLD_FILE_S: u64 = 7 * 86_400;
/// How deep folders of old files are looked into.
pub const OLD_FILES_DEPTH: usize = 8;
/// How long the Kubernetes API may take to answer.
pub const KUBERNETES_TIMEOUT_S: u64 = 10;
/// How much of another service's own words is passed on, in characters.
pub const OUTSIDE_MESSAGE_CHARS: usize = 300;
/// The largest answer of the Kubernetes API that is read.
pub const KUBERNETES_ANSWER_BYTES: usize = 4 * 1024 * 1024;
/// Jobs of one kind that one node does at once, unless its handler says otherwise.
pub const JOBS_AT_ONCE: usize = 4;
/// How often a job is tried before it has failed, unless its handler says otherwise.
pub const JOB_ATTEMPTS: i32 = 6;
/// The pause after the first attempt; each further one is twice as long.
pub const JOB_PAUSE_S: f64 = 10.0;
/// The longest pause between two attempts of a job.
pub const JOB_PAUSE_MAX_S: f64 = 3_600.0;
/// By which part a pause is longer or shorter by chance.
pub const JOB_PAUSE_SPREAD: f64 = 0.2;
/// How long a job stays a node's without a sign of life from it.
pub const JOB_LEASE_S: f64 = 15.0;
/// How often a node gives such a sign, and looks for jobs of nodes that gave none.
pub const JOB_HEARTBEAT_S: u64 = 4;
/// How often a node looks for due jobs, should a notice be lost, and for those whose pause is over.
pub const JOBS_LOOK_MS: u64 = 1_000;
/// Jobs of lost nodes that one statement takes over.
pub const JOBS_TAKEN_OVER: i64 = 1_000;
/// How long the jobs of a node may take to end once it was asked to stop.
pub const JOBS_STOP_S: u64 = 8;
/// How long until the end of a job is told again when it could not be told.
pub const JOB_TELL_AGAIN_S: u64 = 5;
/// Characters of the reason that is kept of a job.
pub const JOB_REASON_CHARS: usize = 2_000;
/// Events that reactions look at in one transaction.
pub const REACTION_BATCH_EVENTS: usize = 1_000;
/// The session of the node that reacts.
pub const REACTIONS_SESSION: &str = "SET statement_timeout = '20s'; SET lock_timeout = '5s'; \
     SET idle_in_transaction_session_timeout = '15s'; SET tcp_user_timeout = '10s'; \
     SET application_name = 'tidemark reactions'";
/// Files (exports) being written at once; a further one waits for its turn.
pub const EXPORTS_AT_ONCE: usize = 4;
/// Rows that an export reads at once.
pub const EXPORT_PAGE_ROWS: i64 = 2_000;
/// Pages of rows that may wait for the writer of an export.
pub const EXPORT_PAGES_AHEAD: usize = 2;
/// Bytes of an export that are sent at once.
pub const EXPORT_CHUNK_BYTES: usize = 64 * 1024;
/// Chunks of an export that may wait for a slow client.
pub const EXPORT_CHUNKS_AHEAD: usize = 8;
/// How long a client waits for the first byte of an export.
pub const EXPORT_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(300);
/// Observations in one body (contract §3).
pub const OBSERVATIONS: usize = 10_000;
/// How long a body of observations may take.
pub const OBSERVATIONS_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(120);
/// How long a body of observations waits for its own visibility: ten thousand new listings take their time.
pub const OBSERVATIONS_VISIBLE_WITHIN: std::time::Duration = std::time::Duration::from_secs(60);
/// One observation, in bytes.
pub const OBSERVATION_BYTES: usize = 64 * 1024;
/// Events that the intake of observations takes from the feed at once.
pub const OBSERVATION_EVENTS_READ: usize = 4_096;
/// Listings whose state is kept in memory to judge observations before all are forgotten.
pub const OBSERVED_LISTINGS: usize = 2_000_000;
/// Entries of one history.
pub const HISTORY_ENTRIES: i64 = 10_000;
/// Pages of the book of observations that are read to see what a late observation falls between.
pub const LATE_PAGES: i64 = 2_000;
/// Events that the judge of alerts takes at once.
pub const ALERTS_BATCH_EVENTS: usize = 2_000;
/// Streams of verdicts written at once.
pub const ALERTS_KEPT_AT_ONCE: usize = 32;
/// The session of the node that judges.
pub const ALERTS_SESSION: &str = "SET search_path = read, public; SET statement_timeout = '30s'; \
     SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '30s'; SET tcp_user_timeout = '10s'; \
     SET application_name = 'tidemark alerts'";
/// Messages that a rule sends on a channel within [`ALERTS_LATELY_S`] before what fires is told together.
pub const ALERTS_ALONE: i64 = 5;
/// How long a message counts for that, in seconds.
pub const ALERTS_LATELY_S: u64 = 60;
/// How long what is told together is gathered first.
pub const ALERTS_GATHERED: std::time::Duration = std::time::Duration::from_secs(2);
/// How long a rule rests on a channel after a message that told of many.
pub const ALERTS_TOGETHER_PAUSE: std::time::Duration = std::time::Duration::from_secs(600);
/// Listings that such a message names.
pub const ALERTS_NAMED: i64 = 10;
/// How often the judge looks whether it is time to tell what waits, in seconds.
pub const ALERTS_LOOK_S: u64 = 1;
/// Rules and alerts that a list without a page shows.
pub const ALERTS_LISTED: i64 = 5_000;
/// Days that a rule is tried on unless its maker says otherwise.
pub const TRIAL_DAYS: i64 = 30;
/// Listings that a rule is tried on.
pub const TRIAL_LISTINGS: i64 = 100_000;
/// Listings whose prices are read at once for it.
pub const TRIAL_LISTINGS_AT_ONCE: usize = 1_000;
/// Sightings that a rule is tried on; a longer history is not looked at to its end.
pub const TRIAL_SIGHTINGS: usize = 1_000_000;
/// Alerts that a trial names.
pub const TRIAL_ALERTS: usize = 1_000;
/// How long a trial may take.
pub const TRIAL_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(120);
/// Characters of a vendor's code.
pub const VENDOR_CODE_CHARS: usize = 64;
/// Characters of a vendor's name, contact, phone and the like.
pub const VENDOR_TEXT_CHARS: usize = 255;
/// Addresses of one vendor.
pub const VENDOR_EMAILS: usize = 100;
/// Characters of a goods code or an order number in a sheet.
pub const SHEET_CODE_CHARS: usize = 100;
/// The most pieces in one row of a sheet.
pub const SHEET_QTY: i64 = 1_000_000_000;
/// Rows of a list of family M that is asked for without a page (contract §3).
pub const LISTED_ROWS: i64 = 5_000;
/// Stockouts that one request may mail.
pub const SEND_IDS: usize = 5_000;
/// How often a decision on mails is made again when rows changed meanwhile.
pub const SEND_ATTEMPTS: u32 = 5;
/// How long an import inside a request may take.
pub const IMPORT_WITHIN: std::time::Duration = std::time::Duration::from_secs(120);
/// Rows of an import that are stored in one append.
pub const IMPORT_CHUNK_ROWS: usize = 500;
/// Faults of an import that are written down in one statement.
pub const IMPORT_FAULTS_AT_ONCE: usize = 5_000;
/// Imports that one node carries out at once.
pub const IMPORTS_AT_ONCE: usize = 2;
/// How long Google Drive may take to answer.
pub const DRIVE_TIMEOUT_S: u64 = 60;
/// The longest pause that Google Drive may ask for.
pub const DRIVE_WAIT_S: u64 = 600;
/// The largest answer of Google Drive that is no file.
pub const DRIVE_ANSWER_BYTES: usize = 4 * 1024 * 1024;
/// Files in one page of a drive's folder.
pub const DRIVE_PAGE_FILES: u32 = 100;
/// Pages of a drive's folder that are read.
pub const DRIVE_PAGES: usize = 20;
/// How long before its end a drive's token counts as over.
pub const DRIVE_TOKEN_MARGIN_S: u64 = 60;
/// The longest that a drive's token is used.
pub const DRIVE_TOKEN_S: u64 = 3_600;
/// Characters of a mail's subject.
pub const MAIL_SUBJECT_CHARS: usize = 200;
/// Addresses that one mail goes to.
pub const MAIL_RECIPIENTS: usize = 100;
/// Connections of one node to the mail server.
pub const SMTP_CONNECTIONS: usize = 4;
/// How long an idle connection to the mail server is used again.
pub const SMTP_IDLE_S: u64 = 30;
/// How long the mail server may take to greet, encrypt and let us in.
pub const SMTP_CONNECT_S: u64 = 20;
/// How long it may take over sender and recipients.
pub const SMTP_OPEN_S: u64 = 60;
/// How long it may take over the text.
pub const SMTP_DELIVER_S: u64 = 120;
/// UTF-16 units of one Telegram message.
pub const TELEGRAM_TEXT_UNITS: usize = 4_096;
/// Messages a second to all chats together: what Telegram recommends.
pub const TELEGRAM_MESSAGES_PER_S: u32 = 30;
/// The pause between two messages to one chat: what Telegram recommends.
pub const TELEGRAM_CHAT_PAUSE_MS: u32 = 1_000;
/// Messages that one node sends at once.
pub const TELEGRAM_AT_ONCE: usize = 16;
/// How long Telegram may take to answer.
pub const TELEGRAM_TIMEOUT_S: u64 = 20;
/// The largest answer of Telegram.
pub const TELEGRAM_ANSWER_BYTES: usize = 256 * 1024;
/// How long to wait when Telegram asks for patience without saying how long.
pub const TELEGRAM_RETRY_AFTER_S: u64 = 5;
/// The longest patience that is obeyed.
pub const TELEGRAM_RETRY_AFTER_MAX_S: u64 = 86_400;
/// How often an answer of the bot is tried: one that comes much later answers nothing.
pub const BOT_ANSWER_ATTEMPTS: i32 = 3;
/// Characters of a command, and of each word after it.
pub const BOT_COMMAND_CHARS: usize = 500;
/// Words after a command.
pub const BOT_ARGS: usize = 20;
/// Lines of a list in an answer of the bot.
pub const BOT_LINES: i64 = 10;
/// The largest update of Telegram.
pub const WEBHOOK_BYTES: usize = 256 * 1024;
/// How long the answer to a message waits for what becomes of it.
pub const NOTIFICATION_WAIT_MS: u64 = 3_000;
/// How often a digest is put together anew because another was sent in the meantime.
pub const DIGEST_ATTEMPTS: u32 = 5;
/// Lines of each part of a digest.
pub const DIGEST_LINES: usize = 50;
/// Steps of one rendering.
pub const TEMPLATE_FUEL: u64 = 200_000;
/// The longest text that a template becomes.
pub const TEMPLATE_OUTPUT_BYTES: usize = 256 * 1024;
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
/// The longest pause between two looks that the bot's chart shows as a line, in seconds.
pub const BOT_CHART_PAUSE_S: i64 = 36 * 60 * 60;
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
/// The longest pause between two looks that a chart shows as a line, in seconds.
pub const CHART_PAUSE_S: i64 = 36 * 60 * 60;

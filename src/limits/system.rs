//! The machine, its files, housekeeping, and other services.

/// How often the leading node removes what has expired.
pub const HOUSEKEEPING_EVERY_S: u64 = 600;
/// Rows that one statement of it removes.
pub const HOUSEKEEPING_ROWS: i64 = 5_000;
/// How often the leading node looks whether its disk is getting full.
pub const DISK_LOOK_EVERY_S: u64 = 600;
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
/// How long `/metrics` waits for the database: a probe gives up after a few seconds.
pub const METRICS_ASKED_MS: u64 = 1_000;
/// How long the Kubernetes API may take to answer.
pub const KUBERNETES_TIMEOUT_S: u64 = 10;
/// How much of another service's own words is passed on, in characters.
pub const OUTSIDE_MESSAGE_CHARS: usize = 300;
/// The largest answer of the Kubernetes API that is read.
pub const KUBERNETES_ANSWER_BYTES: usize = 4 * 1024 * 1024;

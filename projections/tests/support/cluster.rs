//! A Postgres server for this test process: the one at TIDEMARK_TEST_DATABASE_URL, or a throwaway one that
//! ends, and whose folder goes, when the process does.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, PgConnection};

/// How long a server may take to start.
const START_WITHIN: Duration = Duration::from_secs(60);

/// Makes a cluster, serves it until the pipe on stdin closes, and removes it. However this process ends,
/// the system closes the pipe.
const SUPERVISE: &str = r#"
    trap : INT TERM
    "$0/initdb" -D "$1/data" -U tidemark -A trust -E UTF8 --locale=C --no-sync >"$1/log" 2>&1 &&
    { "$0/postgres" -D "$1/data" -k "$1" -c listen_addresses= -c fsync=off -c full_page_writes=off \
        </dev/null >>"$1/log" 2>&1 & }
    server=$!
    cat >/dev/null
    kill -INT "$server" && wait "$server"
    rm -rf "$1"
"#;

/// The server's maintenance database.
pub(crate) async fn maintenance() -> PgConnectOptions {
    static SUPERVISOR: OnceLock<(PathBuf, Child)> = OnceLock::new();
    if let Ok(url) = std::env::var("TIDEMARK_TEST_DATABASE_URL") {
        return url.parse().unwrap();
    }
    let (folder, _) = SUPERVISOR.get_or_init(start);
    PgConnectOptions::new().socket(folder).username("tidemark").database("postgres")
}

/// Connects as soon as the server takes connections.
pub(crate) async fn connect(options: &PgConnectOptions) -> PgConnection {
    let begun = Instant::now();
    loop {
        match options.connect().await {
            Ok(connection) => return connection,
            Err(error) => assert!(begun.elapsed() < START_WITHIN, "no Postgres at {options:?}: {error}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn start() -> (PathBuf, Child) {
    let folder = std::env::temp_dir().join(format!("tidemark-projections-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let child = supervisor()
        .arg("-c")
        .arg(SUPERVISE)
        .arg(binaries())
        .arg(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    (folder, child)
}

/// A shell; Postgres refuses to run as root, so for root one in which root has another number.
fn supervisor() -> Command {
    let id = Command::new("id").arg("-u").output().unwrap();
    if id.stdout != b"0\n" {
        return Command::new("sh");
    }
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-user=1000", "--map-group=1000", "sh"]);
    command
}

/// The folder of the newest installed server.
fn binaries() -> PathBuf {
    let in_path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<_> = std::env::split_paths(&in_path).collect();
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let version = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    let mut installed: Vec<_> = versions.map(|entry| entry.path()).collect();
    installed.sort_by_key(|path| std::cmp::Reverse(version(path)));
    folders.splice(0..0, installed.into_iter().map(|path| path.join("bin")));
    folders.into_iter().find(|folder| folder.join("initdb").exists()).expect("Postgres is installed")
}

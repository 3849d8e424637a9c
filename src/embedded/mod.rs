//! A private Postgres for when DATABASE_URL is unset.
//!
//! It lives in the data folder, listens on loopback only, keeps every durable setting on, and starts and stops
//! with the program, also as root. A lock on the data folder keeps a second tidemark out; a pipe to a small
//! shell stops the server when we are killed; a task starts it again when it dies by itself.

mod account;
mod binaries;
mod cluster;
#[cfg(feature = "download-postgres")]
mod download;
mod error;
mod keeper;
mod postmaster;
mod process;

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use self::account::Account;
use self::cluster::{Layout, NAME};
pub use self::error::EmbeddedError;
use self::error::Tried;
use self::keeper::Order;
use self::postmaster::Note;
use self::process::Launcher;

/// Starts tried before giving up, each on another port.
const ATTEMPTS: u32 = 3;
/// How long `attach` waits for a server that is starting.
const ATTACH_BOUND: Duration = Duration::from_secs(60);

/// A running embedded Postgres. Dropped without [`EmbeddedPostgres::stop`], it still stops, but nobody waits.
pub struct EmbeddedPostgres {
    options: PgConnectOptions,
    port: u16,
    password: String,
    orders: mpsc::Sender<Order>,
    keeper: JoinHandle<()>,
    // Last, so that the folder is free for others only after the rest is gone.
    _lock: File,
}

/// How to start an embedded Postgres, where the defaults are not right.
#[derive(Debug, Clone)]
pub struct Builder {
    data_dir: PathBuf,
    durable: bool,
    max_connections: u32,
}

impl Builder {
    /// Whether commits survive a crash of the machine. Only tests say no.
    #[must_use]
    pub fn durable(mut self, durable: bool) -> Builder {
        self.durable = durable;
        self
    }

    /// How many connections the server accepts.
    #[must_use]
    pub fn max_connections(mut self, max_connections: u32) -> Builder {
        self.max_connections = max_connections;
        self
    }

    /// Starts it and waits until it answers.
    ///
    /// # Errors
    /// When there is no server to run, the folder is taken or unusable, or the server does not answer.
    pub async fn start(self) -> Result<EmbeddedPostgres, EmbeddedError> {
        let layout = Layout::create(&self.data_dir)?;
        let lock = lock(&layout)?;
        let binaries = binaries::find(&layout.cluster).await?;
        let account = Account::choose(&layout.data_dir, &layout.cluster, &binaries.postgres).await?;
        let password = cluster::prepare(&layout, &binaries, account, self.durable).await?;
        let mut launcher = Launcher {
            layout,
            binaries,
            account,
            password,
            durable: self.durable,
            max_connections: self.max_connections,
            port: process::free_port()?,
        };
        let mut attempt = 1;
        let run = loop {
            match launcher.launch().await {
                Ok(run) => break run,
                // Somebody may have taken the port, or an old server's last process may still have to go.
                Err(EmbeddedError::NotStarted { .. }) if attempt < ATTEMPTS => {
                    attempt += 1;
                    launcher.port = process::free_port()?;
                }
                Err(error) => return Err(error),
            }
        };
        let (orders, inbox) = mpsc::channel(4);
        Ok(EmbeddedPostgres {
            options: process::options(launcher.port, &launcher.password, NAME),
            port: launcher.port,
            password: launcher.password.clone(),
            orders,
            keeper: tokio::spawn(keeper::keep(launcher, run, inbox)),
            _lock: lock,
        })
    }
}

impl EmbeddedPostgres {
    /// Starts the Postgres of a data folder, making both when they are not there.
    ///
    /// # Errors
    /// As [`Builder::start`].
    pub async fn start(data_dir: &Path) -> Result<EmbeddedPostgres, EmbeddedError> {
        Self::builder(data_dir).start().await
    }

    /// To start it in another way than [`EmbeddedPostgres::start`] does.
    #[must_use]
    pub fn builder(data_dir: &Path) -> Builder {
        Builder { data_dir: data_dir.to_owned(), durable: true, max_connections: 100 }
    }

    /// How to connect to a server that another tidemark runs on this data folder; none, if none runs.
    ///
    /// # Errors
    /// When the folder or its password cannot be read.
    pub async fn attach(data_dir: &Path) -> Result<Option<PgConnectOptions>, EmbeddedError> {
        if !data_dir.exists() {
            return Ok(None);
        }
        let layout = Layout::of(data_dir)?;
        let began = Instant::now();
        while let Some(note) = Note::read(&layout.cluster) {
            if !note.is_server_of(&layout.cluster).await || began.elapsed() > ATTACH_BOUND {
                break;
            }
            if let (Some(port), true) = (note.port, note.ready) {
                let options = process::options(port, &layout.read_password()?, NAME);
                if let Ok(connection) = PgConnection::connect_with(&options).await {
                    // Only a look; a failed goodbye changes nothing.
                    let _ = connection.close().await;
                    return Ok(Some(options));
                }
            }
            sleep(Duration::from_millis(50)).await;
        }
        Ok(None)
    }

    /// How to connect to the database `tidemark`. The port stays the same until `stop`.
    #[must_use]
    pub fn options(&self) -> PgConnectOptions {
        self.options.clone()
    }

    /// The same as a URL. It holds the password: never log it, log `self`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("postgres://{NAME}:{}@127.0.0.1:{}/{NAME}", self.password, self.port)
    }

    /// Stops the server and waits until it has ended.
    pub async fn stop(self) {
        let EmbeddedPostgres { orders, keeper, .. } = self;
        drop(orders);
        if let Err(error) = keeper.await {
            tracing::error!(%error, "the keeper of the embedded PostgreSQL failed");
        }
    }

    /// Takes the server away, as an outage does; the data folder stays ours.
    ///
    /// # Errors
    /// When it is being stopped for good.
    pub async fn stop_postgres(&self) -> Result<(), EmbeddedError> {
        let (done, answer) = oneshot::channel();
        self.orders.send(Order::Stop(done)).await.map_err(|_| EmbeddedError::Stopping)?;
        answer.await.map_err(|_| EmbeddedError::Stopping)
    }

    /// Brings the server back on the same port.
    ///
    /// # Errors
    /// When it does not start, or is being stopped for good.
    pub async fn start_postgres(&self) -> Result<(), EmbeddedError> {
        let (done, answer) = oneshot::channel();
        self.orders.send(Order::Start(done)).await.map_err(|_| EmbeddedError::Stopping)?;
        answer.await.map_err(|_| EmbeddedError::Stopping)?
    }
}

impl fmt::Display for EmbeddedPostgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "postgres://{NAME}:***@127.0.0.1:{}/{NAME}", self.port)
    }
}

impl fmt::Debug for EmbeddedPostgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EmbeddedPostgres({self})")
    }
}

/// Takes the data folder for this process; the system gives it back however the process ends.
fn lock(layout: &Layout) -> Result<File, EmbeddedError> {
    let path = &layout.lock;
    let mut open = OpenOptions::new();
    let file = open.create(true).truncate(false).write(true).mode(0o600).open(path).tried("open", path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(EmbeddedError::InUse(layout.data_dir.clone())),
        Err(TryLockError::Error(error)) => Err(error).tried("lock", path),
    }
}

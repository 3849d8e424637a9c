//! As whom the server runs. Postgres refuses uid 0, so root hands it to somebody else.
//!
//! Best is a user namespace in which root carries another number: nothing changes owner, and a checkout below
//! root's own home is in reach. Where that is not allowed (many containers), it is an unprivileged user; one that
//! cannot reach the data folder by its path is handed the open folder instead.

use std::ffi::{OsStr, OsString};
use std::fs::{File, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use super::error::{EmbeddedError, Tried};

/// Users that exist on nearly every system, best first.
const UNPRIVILEGED: [&str; 3] = ["postgres", "daemon", "nobody"];

/// The identity of the server's processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Account {
    /// Ours, as we are no root.
    Own,
    /// Ours, seen as this user from inside a user namespace.
    Namespace { uid: u32, gid: u32 },
    /// This user; the cluster's files belong to it.
    User { uid: u32, gid: u32 },
    /// The same, for a data folder that this user reaches only by an open descriptor (Linux).
    Handed { uid: u32, gid: u32 },
}

/// The data folder as [`Account::Handed`] sees it: the kernel follows this link without asking the parents.
const HANDED: &str = "/proc/self/fd/9";
/// Takes the folder from standard output, the only place where a started process can be given one.
const TAKE: &str = "exec 9<&1 1>&2; exec \"$@\"";

impl Account {
    /// Chooses an account that can reach `data_dir` and run `postgres`.
    pub(super) async fn choose(
        data_dir: &Path,
        cluster: &Path,
        postgres: &Path,
    ) -> Result<Account, EmbeddedError> {
        if number(&["-u"]).await != Some(0) {
            return Ok(Account::Own);
        }
        for account in candidates(cluster).await {
            let mode = account.open_way(data_dir)?;
            if account.reaches(data_dir, postgres).await {
                return Ok(account);
            }
            std::fs::set_permissions(data_dir, mode).tried("protect", data_dir)?;
        }
        Err(EmbeddedError::Root(data_dir.to_owned()))
    }

    /// A command line that runs `program` in the account's surroundings.
    pub(super) fn wrap(self, program: &Path) -> Vec<OsString> {
        let mut line = Vec::new();
        match self {
            Account::Namespace { uid, gid } => {
                let user = format!("--map-user={uid}");
                let group = format!("--map-group={gid}");
                line.extend(["unshare", "--user", &user, &group, "--"].map(OsString::from));
            }
            Account::Handed { .. } => line.extend(["/bin/sh", "-c", TAKE, "sh"].map(OsString::from)),
            Account::Own | Account::User { .. } => {}
        }
        line.push(program.into());
        line
    }

    /// A path below the data folder as the account's processes see it.
    pub(super) fn sees(self, data_dir: &Path, path: &Path) -> PathBuf {
        match (self, path.strip_prefix(data_dir)) {
            (Account::Handed { .. }, Ok(below)) => Path::new(HANDED).join(below),
            _ => path.to_owned(),
        }
    }

    /// What the account's processes get as standard output.
    pub(super) fn stdout(self, data_dir: &Path, otherwise: Stdio) -> Result<Stdio, EmbeddedError> {
        match self {
            Account::Handed { .. } => Ok(File::open(data_dir).tried("open", data_dir)?.into()),
            _ => Ok(otherwise),
        }
    }

    /// A command that starts `program` as the account's user, without our secrets in its environment.
    pub(super) fn command(self, program: &OsStr) -> Command {
        let mut command = Command::new(program);
        if let Account::User { uid, gid } | Account::Handed { uid, gid } = self {
            command.uid(uid).gid(gid);
        }
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("PG") || text.starts_with("TIDEMARK_") || text == "DATABASE_URL" {
                command.env_remove(&name);
            }
        }
        command.env("LC_ALL", "C").current_dir("/").stdin(Stdio::null());
        command
    }

    /// Gives a folder and all below it to the account. The folder itself comes last, so that one that was left
    /// half done is done again.
    pub(super) fn own(self, folder: &Path) -> Result<(), EmbeddedError> {
        let (uid, gid) = match self {
            Account::Own => return Ok(()),
            Account::Namespace { .. } => (0, 0),
            Account::User { uid, gid } | Account::Handed { uid, gid } => (uid, gid),
        };
        if std::fs::metadata(folder).tried("look at", folder)?.uid() == uid {
            return Ok(());
        }
        chown_below(folder, uid, gid)
    }

    /// Lets another user pass through our data folder, not list it; answers how it was.
    fn open_way(self, data_dir: &Path) -> Result<Permissions, EmbeddedError> {
        let before = std::fs::metadata(data_dir).tried("look at", data_dir)?.permissions();
        if matches!(self, Account::User { .. } | Account::Handed { .. }) {
            let passable = Permissions::from_mode(before.mode() | 0o011);
            std::fs::set_permissions(data_dir, passable).tried("open", data_dir)?;
        }
        Ok(before)
    }

    /// Whether the account can enter the folder and run the server, found by doing both.
    async fn reaches(self, folder: &Path, postgres: &Path) -> bool {
        let line = self.wrap(Path::new("/bin/sh"));
        let Some((program, rest)) = line.split_first() else { return false };
        let Ok(stdout) = self.stdout(folder, Stdio::null()) else { return false };
        let status = self
            .command(program)
            .args(rest)
            .args(["-c", "cd \"$1\" && test \"$(id -u)\" != 0 && exec \"$2\" --version", "sh"])
            .args([self.sees(folder, folder), self.sees(folder, postgres)])
            .stdout(stdout)
            .stderr(Stdio::null())
            .status()
            .await;
        status.is_ok_and(|status| status.success())
    }
}

/// The accounts that root may try, best first: the owner of what exists, namespaces, other users, the same handed.
async fn candidates(cluster: &Path) -> Vec<Account> {
    let mut users = Vec::new();
    for name in UNPRIVILEGED {
        if let (Some(uid), Some(gid)) = (number(&["-u", name]).await, number(&["-g", name]).await) {
            users.push((uid, gid));
        }
    }
    let owner = std::fs::metadata(cluster).ok().map(|found| (found.uid(), found.gid()));
    let owner = owner.filter(|(uid, _)| *uid != 0);
    let mut accounts = Vec::new();
    accounts.extend(owner.map(|(uid, gid)| Account::User { uid, gid }));
    accounts.extend(users.iter().map(|&(uid, gid)| Account::Namespace { uid, gid }));
    accounts.extend(users.iter().map(|&(uid, gid)| Account::User { uid, gid }));
    accounts.extend(owner.iter().chain(&users).map(|&(uid, gid)| Account::Handed { uid, gid }));
    accounts
}

/// What `id` prints.
async fn number(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).stderr(Stdio::null()).output().await.ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

fn chown_below(path: &Path, uid: u32, gid: u32) -> Result<(), EmbeddedError> {
    let is_folder = std::fs::symlink_metadata(path).tried("look at", path)?.is_dir();
    if is_folder {
        for entry in std::fs::read_dir(path).tried("read", path)? {
            chown_below(&entry.tried("read", path)?.path(), uid, gid)?;
        }
    }
    std::os::unix::fs::lchown(path, Some(uid), Some(gid)).tried("change the owner of", path)
}

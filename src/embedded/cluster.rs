//! The database's folder: made once by `initdb`, in a folder beside it that is renamed when it is complete, so
//! that a crash midway leaves nothing half made.

use std::ffi::OsString;
use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::account::Account;
use super::binaries::Binaries;
use super::error::{EmbeddedError, Tried};

/// The name of the superuser and of the database.
pub(super) const NAME: &str = "tidemark";

/// Where everything lies below the data folder.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) data_dir: PathBuf,
    pub(super) cluster: PathBuf,
    pub(super) password: PathBuf,
    pub(super) log: PathBuf,
    pub(super) lock: PathBuf,
}

impl Layout {
    /// Makes the data folder, readable by nobody else, unless it exists.
    pub(super) fn create(data_dir: &Path) -> Result<Layout, EmbeddedError> {
        DirBuilder::new().recursive(true).mode(0o700).create(data_dir).tried("make the folder", data_dir)?;
        Layout::of(data_dir)
    }

    /// The layout of a data folder that exists.
    pub(super) fn of(data_dir: &Path) -> Result<Layout, EmbeddedError> {
        let data_dir = data_dir.canonicalize().tried("find", data_dir)?;
        Ok(Layout {
            cluster: data_dir.join("postgres"),
            password: data_dir.join("postgres.password"),
            log: data_dir.join("postgres.log"),
            lock: data_dir.join("tidemark.lock"),
            data_dir,
        })
    }

    /// The superuser's password.
    pub(super) fn read_password(&self) -> Result<String, EmbeddedError> {
        let text = std::fs::read_to_string(&self.password).tried("read", &self.password)?;
        Ok(text.trim().to_owned())
    }

    fn exists(&self) -> bool {
        self.cluster.join("PG_VERSION").is_file()
    }

    /// The password, made on the first start and on disk before the cluster that needs it.
    fn settle_password(&self) -> Result<String, EmbeddedError> {
        match std::fs::read_to_string(&self.password) {
            Ok(text) if !text.trim().is_empty() => return Ok(text.trim().to_owned()),
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).tried("read", &self.password);
            }
            _ if self.exists() => return Err(EmbeddedError::PasswordMissing(self.password.clone())),
            _ => {}
        }
        let password = format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple());
        write_private(&self.password, &password)?;
        sync_folder(&self.data_dir)?;
        Ok(password)
    }
}

/// Makes the cluster unless it is there; answers the password.
pub(super) async fn prepare(
    layout: &Layout,
    binaries: &Binaries,
    account: Account,
    durable: bool,
) -> Result<String, EmbeddedError> {
    let password = layout.settle_password()?;
    remove_leftovers(layout);
    if layout.exists() {
        account.own(&layout.cluster)?;
        return Ok(password);
    }
    if std::fs::read_dir(&layout.cluster).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(EmbeddedError::NotACluster(layout.cluster.clone()));
    }
    let site = layout.data_dir.join(format!("postgres.setup-{}", uuid::Uuid::new_v4().simple()));
    DirBuilder::new().mode(0o700).create(&site).tried("make the folder", &site)?;
    let made = build(layout, &site, &password, binaries, account, durable).await;
    // What stays behind is only in the way of nobody: the next start removes it.
    let _ = std::fs::remove_dir_all(&site);
    made.map(|()| password)
}

async fn build(
    layout: &Layout,
    site: &Path,
    password: &str,
    binaries: &Binaries,
    account: Account,
    durable: bool,
) -> Result<(), EmbeddedError> {
    let password_file = site.join("password");
    let fresh = site.join("cluster");
    write_private(&password_file, password)?;
    account.own(site)?;
    let mut refused = String::new();
    for locale in locales(binaries.major) {
        let sees = |path: &Path| account.sees(&layout.data_dir, path);
        let line = account.wrap(&sees(&binaries.initdb));
        let Some((program, rest)) = line.split_first() else { break };
        let mut command = account.command(program);
        command.args(rest).args(arguments(&sees(&fresh), &sees(&password_file), locale, durable));
        command.stdout(account.stdout(&layout.data_dir, Stdio::null())?).stderr(Stdio::piped());
        // Not `output`, which sets a standard output of its own.
        let child = command.kill_on_drop(true).spawn().tried("run", &binaries.initdb)?;
        let output = child.wait_with_output().await.tried("run", &binaries.initdb)?;
        if output.status.success() {
            std::fs::rename(&fresh, &layout.cluster).tried("put in place", &layout.cluster)?;
            return sync_folder(&layout.data_dir);
        }
        refused = String::from_utf8_lossy(&output.stderr).trim().replace('\n', "; ");
        // `initdb` cleans up after itself, but not after a kill.
        let _ = std::fs::remove_dir_all(&fresh);
    }
    Err(EmbeddedError::Initdb(refused))
}

/// Code point order with full case mapping where the server or the system has it, else plain bytes.
fn locales(major: u32) -> &'static [&'static [&'static str]] {
    match major {
        17.. => &[&["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]],
        _ => &[&["--locale=C.UTF-8"], &["--locale=C"]],
    }
}

fn arguments(fresh: &Path, password_file: &Path, locale: &[&str], durable: bool) -> Vec<OsString> {
    let mut arguments: Vec<OsString> =
        vec!["--pgdata".into(), fresh.into(), "--pwfile".into(), password_file.into()];
    arguments.extend(["--encoding=UTF8", "--auth=scram-sha-256", "--no-instructions"].map(OsString::from));
    arguments.push(format!("--username={NAME}").into());
    arguments.extend(locale.iter().map(OsString::from));
    if !durable {
        arguments.push("--no-sync".into());
    }
    arguments
}

/// Removes what an interrupted first start left. An orphaned `initdb` may still write: then a later start does.
fn remove_leftovers(layout: &Layout) {
    let Ok(entries) = std::fs::read_dir(&layout.data_dir) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with("postgres.setup-") {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

fn write_private(path: &Path, text: &str) -> Result<(), EmbeddedError> {
    let mut file = OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .tried("write", path)?;
    file.set_permissions(Permissions::from_mode(0o600)).tried("protect", path)?;
    file.write_all(text.as_bytes()).tried("write", path)?;
    file.sync_all().tried("write", path)
}

fn sync_folder(folder: &Path) -> Result<(), EmbeddedError> {
    File::open(folder).and_then(|folder| folder.sync_all()).tried("sync", folder)
}

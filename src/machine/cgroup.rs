//! The limits of the container that the program runs in, from the files of cgroup v2.

use std::path::{Path, PathBuf};

/// The group of this process, if its files can be read.
pub(super) struct Cgroup {
    folder: PathBuf,
}

impl Cgroup {
    /// Where `/proc/self/cgroup` says; none: no cgroup v2 here.
    pub(super) fn own() -> Option<Self> {
        let own = std::fs::read_to_string("/proc/self/cgroup").ok()?;
        Self::below(Path::new("/sys/fs/cgroup"), &own)
    }

    fn below(root: &Path, own: &str) -> Option<Self> {
        let path = own.lines().find_map(|line| line.strip_prefix("0::"))?.trim_start_matches('/');
        let folder = root.join(path);
        // Inside a namespace of its own the group may lie at the root, whatever the path says.
        let folders = [folder, root.to_owned()];
        folders
            .into_iter()
            .find(|folder| folder.join("memory.current").is_file())
            .map(|folder| Self { folder })
    }

    /// Bytes used and allowed; none: there is no limit of its own.
    pub(super) fn memory(&self) -> Option<(u64, u64)> {
        let limit = number(&self.read("memory.max")?)?;
        let used = number(&self.read("memory.current")?)?;
        // What the kernel would give back at once is not in use.
        let cache = self.read("memory.stat").and_then(|stat| field(&stat, "inactive_file")).unwrap_or(0);
        Some((used.saturating_sub(cache), limit))
    }

    /// How many processors it may use; none: all there are.
    pub(super) fn processors(&self) -> Option<f64> {
        quota(&self.read("cpu.max")?)
    }

    /// Microseconds of processor time that it has used.
    pub(super) fn processor_time_us(&self) -> Option<u64> {
        field(&self.read("cpu.stat")?, "usage_usec")
    }

    fn read(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.folder.join(name)).ok()
    }
}

fn number(text: &str) -> Option<u64> {
    text.trim().parse().ok()
}

fn field(text: &str, name: &str) -> Option<u64> {
    text.lines().find_map(|line| number(line.strip_prefix(name)?.strip_prefix(' ')?))
}

/// `200000 100000` is two processors, `max 100000` no limit.
fn quota(text: &str) -> Option<f64> {
    let (most, period) = text.trim().split_once(' ')?;
    let (most, period): (f64, f64) = (most.parse().ok()?, period.parse().ok()?);
    (most > 0.0 && period > 0.0).then(|| most / period)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_and_use_are_read_from_the_groups_own_files() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("pod/box");
        std::fs::create_dir_all(&folder).unwrap();
        assert!(Cgroup::below(root.path(), "0::/pod/box\n").is_none(), "there are no files yet");
        for (name, text) in [
            ("memory.current", "300\n"),
            ("memory.max", "1000\n"),
            ("memory.stat", "anon 10\ninactive_file 50\n"),
            ("cpu.max", "200000 100000\n"),
            ("cpu.stat", "usage_usec 77\nuser_usec 5\n"),
        ] {
            std::fs::write(folder.join(name), text).unwrap();
        }
        let group = Cgroup::below(root.path(), "1:cpu:/x\n0::/pod/box\n").unwrap();
        assert_eq!(group.memory(), Some((250, 1000)));
        assert_eq!(group.processors(), Some(2.0));
        assert_eq!(group.processor_time_us(), Some(77));
        std::fs::write(folder.join("memory.max"), "max\n").unwrap();
        std::fs::write(folder.join("cpu.max"), "max 100000\n").unwrap();
        assert_eq!((group.memory(), group.processors()), (None, None));
        assert!(Cgroup::below(root.path(), "4:memory:/old\n").is_none());
    }
}

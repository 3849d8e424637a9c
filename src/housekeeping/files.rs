//! Files that the program wrote for a while: below `tmp`, `uploads` and `exports` of the data folder.

use std::fs::{self, DirEntry};
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::limits;

const FOLDERS: [&str; 3] = ["tmp", "uploads", "exports"];

/// Removes files that nobody changed for a week, or only counts them. Links are never followed.
pub(super) fn clean(data_dir: &Path, only_count: bool) -> u64 {
    let old = SystemTime::now().checked_sub(Duration::from_secs(limits::OLD_FILE_S));
    let Some(old) = old else { return 0 };
    FOLDERS.iter().map(|folder| clean_folder(&data_dir.join(folder), old, only_count, 0)).sum()
}

fn clean_folder(folder: &Path, old: SystemTime, only_count: bool, depth: usize) -> u64 {
    let is_folder = fs::symlink_metadata(folder).is_ok_and(|metadata| metadata.is_dir());
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    if !is_folder || depth > limits::OLD_FILES_DEPTH {
        return 0;
    }
    entries.flatten().map(|entry| clean_entry(&entry, old, only_count, depth)).sum()
}

fn clean_entry(entry: &DirEntry, old: SystemTime, only_count: bool, depth: usize) -> u64 {
    let Ok(metadata) = entry.metadata() else { return 0 };
    if metadata.is_dir() {
        return clean_folder(&entry.path(), old, only_count, depth + 1);
    }
    let is_old = metadata.is_file() && metadata.modified().is_ok_and(|modified| modified < old);
    let is_gone = is_old && (only_count || fs::remove_file(entry.path()).is_ok());
    u64::from(is_gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_old_files_of_our_own_go() {
        let data = tempfile::tempdir().unwrap();
        let old = SystemTime::now() - Duration::from_secs(limits::OLD_FILE_S + 60);
        for (path, is_old) in
            [("tmp/a/old", true), ("exports/old", true), ("tmp/new", false), ("postgres/old", true)]
        {
            let path = data.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let file = fs::File::create(&path).unwrap();
            if is_old {
                file.set_modified(old).unwrap();
            }
        }
        std::os::unix::fs::symlink(data.path().join("postgres"), data.path().join("tmp/link")).unwrap();
        assert_eq!(clean(data.path(), true), 2);
        assert_eq!(clean(data.path(), false), 2);
        assert_eq!(clean(data.path(), false), 0);
        assert!(data.path().join("postgres/old").exists() && data.path().join("tmp/new").exists());
    }
}

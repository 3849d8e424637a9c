//! What the layout of the house promises (docs/architecture.md), looked up in its files.

use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below these folders.
fn rust_files(folders: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    while let Some(folder) = folders.pop() {
        let entries =
            std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty());
    found
}

/// The lines of a file up to its tests, with their numbers, without comments.
fn lines_of(path: &Path) -> Vec<(usize, String)> {
    let text = std::fs::read_to_string(path).unwrap();
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let lines = code.lines().enumerate().map(|(index, line)| (index + 1, line.trim().to_owned()));
    lines.filter(|(_, line)| !line.starts_with("//")).collect()
}

/// Where any of these texts stand in the code of these files; tests do not count.
fn found(files: &[PathBuf], texts: &[&str]) -> Vec<String> {
    let is_test = |path: &PathBuf| {
        path.components().any(|part| part.as_os_str() == "tests") || path.ends_with("tests.rs")
    };
    let mut found = Vec::new();
    for path in files.iter().filter(|path| !is_test(path)) {
        for (number, line) in lines_of(path) {
            if texts.iter().any(|text| line.contains(text)) {
                found.push(format!("{}:{number}: {line}", path.strip_prefix(root()).unwrap().display()));
            }
        }
    }
    found
}

#[test]
fn decisions_know_no_time_chance_or_outside() {
    let manifest = std::fs::read_to_string(root().join("aggregates/Cargo.toml")).unwrap();
    let dependencies = manifest.split("[dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
    for banned in ["tokio", "sqlx", "reqwest", "axum", "rand", "hyper", "tracing", "projections", "tidemark"]
    {
        assert!(!dependencies.lines().any(|line| line.starts_with(banned)), "aggregates depends on {banned}");
    }
    let banned =
        ["Utc::now", "SystemTime", "Instant::now", "now_v7", "new_v4", "std::env", "std::fs", "async fn"];
    let found = found(&rust_files(&["aggregates/src"]), &banned);
    let bridge = |line: &String| line.contains("decider.rs");
    assert!(found.iter().all(bridge), "{found:#?}");
}

#[test]
fn arrows_point_one_way() {
    let manifest = std::fs::read_to_string(root().join("projections/Cargo.toml")).unwrap();
    let dependencies = manifest.split("[dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
    assert!(dependencies.contains("aggregates") && !dependencies.contains("tidemark"));
    let store = found(&rust_files(&["src/event_store"]), &["crate::http", "crate::live", "crate::projector"]);
    assert!(store.is_empty(), "{store:#?}");
    let slices = ["aggregates::brands", "aggregates::products", "aggregates::campaigns", "aggregates::users"];
    let store = found(&rust_files(&["src/event_store"]), &slices);
    assert!(store.is_empty(), "the store knows a slice: {store:#?}");
    let inner = ["src/live", "src/projector", "src/answers", "src/auth"];
    let upwards = found(&rust_files(&inner), &["crate::http", "crate::cli"]);
    assert!(upwards.is_empty(), "{upwards:#?}");
}

#[test]
fn only_the_projector_writes_read_tables() {
    let tables: Vec<_> =
        projections::all().iter().flat_map(|projection| projection.tables().to_vec()).collect();
    assert!(tables.len() >= 4, "{tables:?}");
    let mut writes = Vec::new();
    for table in tables {
        for verb in ["INSERT INTO", "UPDATE", "DELETE FROM", "TRUNCATE"] {
            writes.extend([
                format!("{verb} {table} "),
                format!("{verb} read.{table}"),
                format!("{verb} {table}\""),
            ]);
        }
    }
    let writes: Vec<&str> = writes.iter().map(String::as_str).collect();
    let found = found(&rust_files(&["src"]), &writes);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn projections_never_append() {
    let writes = ["INSERT INTO events", "append_events", "take_position", "UPDATE log_head"];
    let appending =
        found(&rust_files(&["projections/src", "src/projector", "src/http", "src/live"]), &writes);
    assert!(appending.is_empty(), "{appending:#?}");
}

/// Invariant 7: every queue, page, body, retry, cache and buffer has a limit, and all of them stand in one place.
/// What starts and stops the embedded Postgres is a house of its own.
#[test]
fn every_limit_is_in_one_place() {
    let unbounded = found(&rust_files(&["src"]), &["unbounded_channel", "unbounded()", "Unbounded"]);
    assert!(unbounded.is_empty(), "a queue without a limit: {unbounded:#?}");
    let limited =
        ["Duration::from_secs(", "Duration::from_millis(", "channel(", "Semaphore::new(", "max_capacity("];
    let is_number = |line: &str, call: &str| {
        line.match_indices(call).any(|(at, _)| {
            line.get(at + call.len()..)
                .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
        })
    };
    let elsewhere = ["src/limits/", "src/embedded/"];
    let numbers = found(&rust_files(&["src"]), &limited)
        .into_iter()
        .filter(|line| !elsewhere.iter().any(|place| line.starts_with(place)))
        .filter(|line| limited.iter().any(|call| is_number(line, call)));
    let numbers: Vec<_> = numbers.collect();
    assert!(numbers.is_empty(), "these belong in src/limits: {numbers:#?}");
}

/// Invariant 8: effects on the outside happen only in jobs. Whoever talks to others stands among the adapters (the
/// polling of a campaign's source only reads), and no request's handler reaches for what sends.
#[test]
fn only_jobs_reach_the_outside() {
    let clients = found(&rust_files(&["src"]), &["reqwest::", "lettre::"]);
    let places = ["src/adapters/", "src/jobs/", "src/live/source.rs", "src/live/polling.rs", "src/config"];
    let strays: Vec<_> =
        clients.iter().filter(|line| !places.iter().any(|place| line.starts_with(place))).collect();
    assert!(strays.is_empty(), "{strays:#?}");
    let sending = ["adapters::smtp", "adapters::telegram", "Mailer", "sendMessage"];
    let handlers = found(&rust_files(&["src/http", "src/event_store", "src/projector"]), &sending);
    assert!(handlers.is_empty(), "{handlers:#?}");
}

#[test]
fn what_acts_on_the_outside_knows_no_door() {
    let inner = rust_files(&["src/jobs", "src/reactions", "src/adapters"]);
    let upwards = found(&inner, &["crate::http", "crate::cli"]);
    assert!(upwards.is_empty(), "{upwards:#?}");
}

#[test]
fn nothing_panics_by_design() {
    let banned = [".unwrap()", ".expect(", "panic!(", "todo!(", "unimplemented!(", "dbg!("];
    let found = found(&rust_files(&["src", "aggregates/src", "projections/src"]), &banned);
    let test_support = |line: &String| line.contains("aggregates/src/testing.rs");
    assert!(found.iter().all(test_support), "{found:#?}");
}

#[test]
fn nothing_from_outside_reaches_sql_as_text() {
    let suspicious =
        found(&rust_files(&["src/http"]), &["sqlx::query(&format!", "query_as(&format!", "raw_sql"]);
    assert!(suspicious.is_empty(), "{suspicious:#?}");
}

#[test]
fn files_are_short() {
    let folders =
        ["src", "aggregates/src", "aggregates/tests", "projections/src", "projections/tests", "tests"];
    let long: Vec<_> = rust_files(&folders)
        .into_iter()
        .map(|path| (std::fs::read_to_string(&path).unwrap().lines().count(), path))
        .filter(|(lines, _)| *lines > 350)
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn no_lint_is_switched_off_in_silence() {
    let folders = ["src", "aggregates", "projections", "tests"];
    let files: Vec<_> =
        rust_files(&folders).into_iter().filter(|path| !path.ends_with("layout.rs")).collect();
    let mut silent = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let count = text.matches("#[allow(").count() + text.matches("#![allow(").count();
        if count > 0 || text.contains("#[ignore") {
            silent.push(path);
        }
    }
    assert!(silent.is_empty(), "{silent:#?}");
}

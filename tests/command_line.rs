//! The program as a shell sees it.

use std::process::{Command, Stdio};

use crate::support::pooler;

#[test]
fn who_reads_only_the_beginning_of_the_output_sees_no_error() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_tidemark"));
    program.arg("openapi").stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = program.spawn().unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
}

#[test]
fn wrong_usage_and_wrong_settings_have_their_exit_codes() {
    let run = |arguments: &[&str], listen: &str| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_tidemark"));
        let ended = program.args(arguments).env("TIDEMARK_LISTEN", listen).output().unwrap();
        (ended.status.code(), String::from_utf8_lossy(&ended.stderr).into_owned())
    };
    assert_eq!(run(&["no-such-thing"], "").0, Some(2));
    let (code, said) = run(&["migrate"], "nowhere");
    assert_eq!(code, Some(1));
    assert!(said.contains("TIDEMARK_LISTEN"), "{said}");
}

#[test]
fn it_refuses_to_work_behind_a_pooler_that_shares_sessions() {
    let (url, data) = (pooler::opens(), tempfile::tempdir().unwrap());
    for command in ["serve", "migrate"] {
        let mut program = Command::new(env!("CARGO_BIN_EXE_tidemark"));
        program.arg(command).env("DATABASE_URL", &url).env("TIDEMARK_LISTEN", "127.0.0.1:0");
        let ended = program.env("TIDEMARK_DATA_DIR", data.path()).output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(1), "{command}: {said}");
        assert!(said.contains("pooler that shares sessions"), "{command}: {said}");
    }
}

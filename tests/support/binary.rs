//! The real program, run like a person runs it.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::process::Command;

/// How long a sub-command may take.
const BOUND: Duration = Duration::from_secs(60);

/// What a run of the program came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
}

/// The program with these arguments, and with no settings but these.
fn command(arguments: &[&str], settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidemark"));
    command.args(arguments).env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    command.envs(settings.iter().copied());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// Runs it to its end with `input` on standard input.
pub(crate) async fn run(arguments: &[&str], settings: &[(&str, &str)], input: &str) -> Ran {
    let mut child = command(arguments, settings).spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("its standard input");
    // It need not read what it does not want.
    let _read_or_not = stdin.write_all(input.as_bytes()).await;
    drop(stdin);
    let output = tokio::time::timeout(BOUND, child.wait_with_output()).await;
    let output = output.expect("the program ends in time").expect("its output");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Ran { code: output.status.code().expect("an exit code"), stdout: text(output.stdout) }
}

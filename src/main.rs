//! The one binary: `tidemark serve` and its sub-commands.

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;
use tidemark::cli::{self, Arguments};

// Requests, events and rows are many small pieces that one thread makes and another frees.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("tidemark: the runtime does not start: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(cli::run(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read the output, `head` mostly, has enough of it.
        Err(error) if is_broken_pipe(&error) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("tidemark: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let output = error.chain().find_map(|cause| cause.downcast_ref::<std::io::Error>());
    output.is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

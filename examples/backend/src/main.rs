//! The command line of the backend: `serve`, `dump` and `erase`.

use std::process::ExitCode;

use clap::Parser;
use consentkit_backend::cli::Cli;

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("consentkit-backend: {failure}");
            ExitCode::FAILURE
        }
    }
}

//! The command line of the backend: see `consentkit-backend help`.

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

//! The arguments, and what each command does.

use std::error::Error;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::store::Store;
use crate::{clock, dump, serve};

/// Where the records lie unless `--db` says otherwise.
const DEFAULT_DB: &str = "consentkit.sqlite";

/// Receives consent records and keeps them in a SQLite file.
#[derive(Debug, Parser)]
#[command(name = "consentkit-backend", version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: Serve,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Listen on 127.0.0.1 and receive records (the same as no command)
    Serve(Serve),
    /// Print every record as one line of JSON, oldest first
    Dump(Dump),
    /// Remove everything about a person, body and salt; only the ids stay, so that nothing comes back
    Erase(Erase),
}

/// How to serve.
#[derive(Debug, Clone, Args)]
pub struct Serve {
    /// The port; 0 takes a free one
    #[arg(long, default_value_t = 8787)]
    pub port: u16,
    /// The SQLite file; it is made when it is missing
    #[arg(long, default_value = DEFAULT_DB)]
    pub db: PathBuf,
    /// Sites whose records are accepted; without it, those of any site
    #[arg(long = "site", num_args = 1.., value_name = "NAME")]
    pub sites: Vec<String>,
    /// The request header in which a trusted edge names the visitor's region (ISO 3166); it must overwrite
    /// whatever the visitor sends
    #[arg(long, value_name = "NAME")]
    pub region_header: Option<String>,
    /// Folders `delivery` that `npx consentkit build --key` has written, one for each site: newer policies for deployed pages
    #[arg(long, num_args = 1.., value_name = "DIR")]
    pub delivery: Vec<PathBuf>,
}

#[derive(Debug, Args)]
struct Dump {
    /// The SQLite file
    #[arg(long, default_value = DEFAULT_DB)]
    db: PathBuf,
    /// Print what was not accepted, and why
    #[arg(long)]
    quarantine: bool,
}

#[derive(Debug, Args)]
struct Erase {
    /// The SQLite file
    #[arg(long, default_value = DEFAULT_DB)]
    db: PathBuf,
    /// The pseudonymous id of the person
    #[arg(long)]
    subject: String,
}

impl Cli {
    /// Carries out the command.
    ///
    /// # Errors
    /// With one sentence for whoever runs it.
    pub fn run(self) -> Result<(), Box<dyn Error>> {
        match self.command.unwrap_or(Command::Serve(self.serve)) {
            Command::Serve(options) => serve::run(&options),
            Command::Dump(Dump { db, quarantine: false }) => dump::records(&db, &mut io::stdout().lock()),
            Command::Dump(Dump { db, quarantine: true }) => dump::quarantine(&db, &mut io::stdout().lock()),
            Command::Erase(Erase { db, subject }) => {
                let count = Store::open_existing(&db)?.erase(&subject, clock::now())?;
                writeln!(io::stdout(), "erased {count} records")?;
                Ok(())
            }
        }
    }
}

//! The arguments, and what each command does.

use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args, Parser, Subcommand};

use crate::random::Random;
use crate::setting::{Setting, new_signing_key};
use crate::store::{Database, Held, Person, notice_hash};
use crate::tenant::{self, DEFAULT, Scope};
use crate::{audit, clock, dump, sequencer, serve};

/// Receives consent records and keeps them as proof, in a SQLite file or in PostgreSQL.
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
    /// Listen and receive records (the same as no command)
    Serve(Serve),
    /// Print every record as one line of JSON, oldest first
    Dump(Dump),
    /// Remove everything about a person, body and salt; only the ids stay, so that nothing comes back
    Erase(Erase),
    /// Check every record and every log, and say what is wrong first
    Verify(Setting),
    /// Write every record as JSON and as CSV into a folder, with a manifest of counts and hashes
    Export(Export),
    /// Print who agreed to what, when, in which words and under which version
    Evidence(Evidence),
    /// Publish the notices of a build: `notices add DIR`
    Notices {
        #[command(subcommand)]
        command: Notices,
    },
    /// Begin a new log for a tenant, after a backup was restored that is older than what was signed: `log renew`
    Log {
        #[command(subcommand)]
        command: Log,
    },
    /// Print a new API key and its hash
    NewKey(NewKey),
    /// Print a new key for the log of a tenant
    NewSigningKey,
}

/// How to serve.
#[derive(Debug, Clone, Args)]
pub struct Serve {
    /// The address to listen on
    #[arg(long, default_value = "127.0.0.1")]
    pub host: std::net::IpAddr,
    /// The port; 0 takes a free one
    #[arg(long, default_value_t = 8787)]
    pub port: u16,
    /// Where things are.
    #[command(flatten)]
    pub setting: Setting,
    /// The request header in which a trusted edge names the visitor's region (ISO 3166); it must overwrite
    /// whatever the visitor sends
    #[arg(long, value_name = "NAME")]
    pub region_header: Option<String>,
    /// Requests a second from one key or address, ten times as many at once; 0 for no limit
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub rate: u32,
    /// The request header in which a trusted proxy names the sender's address, for --rate alone; without it, the peer's
    #[arg(long, value_name = "NAME")]
    pub address_header: Option<String>,
    /// Seconds that a connection may be silent between two requests, or take for the head of one; more than your proxy keeps idle ones
    #[arg(long, value_name = "SECONDS", default_value_t = 75, value_parser = clap::value_parser!(u64).range(1..))]
    pub idle: u64,
    /// Folders `delivery` that `npx consentkit build --key` has written, one for each site: newer policies for deployed pages
    #[arg(long, num_args = 1.., value_name = "DIR")]
    pub delivery: Vec<PathBuf>,
}

#[derive(Debug, Args)]
struct Dump {
    /// A SQLite file or postgres://…
    #[arg(long, default_value = "consentkit.sqlite")]
    db: String,
    /// Print what was not accepted, and why
    #[arg(long)]
    quarantine: bool,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("whom").required(true).args(["subject", "account"]))]
struct Erase {
    #[command(flatten)]
    setting: Setting,
    /// The tenant
    #[arg(long, default_value = DEFAULT)]
    tenant: String,
    /// The pseudonymous id of the person
    #[arg(long)]
    subject: Option<String>,
    /// The account, with what was done on its devices before somebody signed in
    #[arg(long)]
    account: Option<String>,
}

#[derive(Debug, Args)]
struct Export {
    /// A SQLite file or postgres://…
    #[arg(long, default_value = "consentkit.sqlite")]
    db: String,
    /// The folder; it may not hold an export yet
    #[arg(long)]
    out: PathBuf,
}

#[derive(Debug, Args)]
struct Evidence {
    /// A SQLite file or postgres://…
    #[arg(long, default_value = "consentkit.sqlite")]
    db: String,
    /// The tenant
    #[arg(long, default_value = DEFAULT)]
    tenant: String,
    /// One person, by the pseudonymous id
    #[arg(long, conflicts_with = "account")]
    subject: Option<String>,
    /// One person, by the account
    #[arg(long)]
    account: Option<String>,
    /// Records that arrived from this moment on, milliseconds since 1970
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Records that arrived before this moment
    #[arg(long, default_value_t = u64::MAX)]
    to: u64,
}

#[derive(Debug, Subcommand)]
enum Notices {
    /// Keep every notice of a folder; each must have the hash that is its name
    Add {
        /// `notices` of a build
        folder: PathBuf,
        /// A SQLite file or postgres://…
        #[arg(long, default_value = "consentkit.sqlite")]
        db: String,
    },
}

#[derive(Debug, Subcommand)]
enum Log {
    /// Everything that is kept takes its place in a new log, which has a name of its own
    Renew {
        #[command(flatten)]
        setting: Setting,
        /// The tenant
        #[arg(long, default_value = DEFAULT)]
        tenant: String,
    },
}

#[derive(Debug, Args)]
struct NewKey {
    /// Its name
    #[arg(long)]
    id: String,
    /// What it may do
    #[arg(long, value_delimiter = ',', required = true)]
    scopes: Vec<Scope>,
}

impl Cli {
    /// Carries out the command.
    ///
    /// # Errors
    /// With one sentence for whoever runs it.
    pub fn run(self) -> Result<(), Box<dyn Error>> {
        let mut out = io::stdout().lock();
        match self.command.unwrap_or(Command::Serve(self.serve)) {
            Command::Serve(options) => {
                drop(out);
                serve::run(&options)
            }
            Command::Dump(Dump { db, quarantine: false }) => dump::records(&Database::open_existing(&db)?, &mut out),
            Command::Dump(Dump { db, quarantine: true }) => dump::quarantine(&Database::open_existing(&db)?, &mut out),
            Command::Erase(options) => Ok(writeln!(out, "erased {} records", erase(options)?)?),
            Command::Verify(setting) => {
                let opened = setting.open(false)?;
                dump::line(&mut out, &audit::verify(&opened.database, &opened.tenants, &opened.second)?)
            }
            Command::Export(Export { db, out: folder }) => {
                let count = audit::export(&Database::open_existing(&db)?, &folder)?;
                Ok(writeln!(out, "exported {count} records")?)
            }
            Command::Evidence(options) => evidence(options, &mut out),
            Command::Notices { command: Notices::Add { folder, db } } => {
                let count = add_notices(&Database::open_existing(&db)?, &folder)?;
                Ok(writeln!(out, "{count} notices are kept")?)
            }
            Command::Log { command: Log::Renew { setting, tenant } } => {
                let opened = setting.open(false)?;
                let epoch =
                    sequencer::renew(&opened, opened.tenants.named(&tenant).ok_or_else(|| format!("there is no tenant {tenant}"))?)?;
                Ok(writeln!(out, "log {epoch} of {tenant} begins")?)
            }
            Command::NewKey(NewKey { id, scopes }) => {
                let key = tenant::new_key()?;
                let scopes: Vec<String> = scopes.iter().map(|scope| format!("\"{scope:?}\"").to_lowercase()).collect();
                writeln!(out, "# Give this to whoever uses it; it is kept nowhere: {key}")?;
                writeln!(out, "[[tenant.key]]\nid = \"{id}\"\nhash = \"{}\"", tenant::hash_of(&key).to_text())?;
                Ok(writeln!(out, "scopes = [{}]", scopes.join(", "))?)
            }
            Command::NewSigningKey => Ok(writeln!(out, "{}", new_signing_key()?)?),
        }
    }
}

fn erase(options: Erase) -> Result<usize, Box<dyn Error>> {
    let Erase { setting, tenant, subject, account } = options;
    let opened = setting.open(false)?;
    let tenant = opened.tenants.named(&tenant).ok_or_else(|| format!("there is no tenant {tenant}"))?;
    let person = account.map_or_else(|| Person::Subject(subject.unwrap_or_default()), Person::Account);
    let random = Random::draw()?;
    let keyed = |person: &Person| tenant.suppression(person);
    let done = opened.database.commit(clock::now(), |shelf| shelf.erase(&tenant.id, &person, &keyed, &opened.second, &random))?;
    opened.database.settle_erased()?;
    match done {
        Held::Gone(count) => Ok(count),
        Held::Back(hold) => Err(format!("hold {} stands against it: {}", hold.id, hold.reason).into()),
    }
}

fn evidence(options: Evidence, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let Evidence { db, tenant, subject, account, from, to } = options;
    let database = Database::open_existing(&db)?;
    if let Some(person) = subject.map(Person::Subject).or(account.map(Person::Account)) {
        let answers = database.read(|shelf| crate::evidence::of(shelf, &tenant, &person, from, to))?;
        return answers.iter().try_for_each(|answer| dump::line(out, answer));
    }
    let mut after = Some((0, Vec::new()));
    while let Some(place) = after {
        let page = database.read(|shelf| crate::evidence::page(shelf, &tenant, from, to, &place))?;
        page.answers.iter().try_for_each(|answer| dump::line(out, answer))?;
        after = page.next.as_deref().and_then(crate::evidence::after);
    }
    Ok(())
}

fn add_notices(database: &Database, folder: &Path) -> Result<usize, Box<dyn Error>> {
    let mut count = 0;
    for file in fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let path = file?.path();
        if path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        let content = fs::read_to_string(&path)?;
        let hash = notice_hash(&content).filter(|hash| path.file_stem().is_some_and(|name| name == hash.as_str()));
        let hash = hash.ok_or_else(|| format!("{}: the content does not have the hash that is its name", path.display()))?;
        database.commit(clock::now(), |shelf| shelf.keep_notice(&hash, &content))?;
        count += 1;
    }
    Ok(count)
}

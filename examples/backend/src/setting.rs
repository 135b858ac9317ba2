//! What every command needs: the database, the tenants and the second place.

use std::env;
use std::error::Error;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use consentkit_core::id::{self, Id};
use consentkit_core::receipt::Facts;

use crate::clock;
use crate::config::Config;
use crate::random::Random;
use crate::second::Second;
use crate::store::{Database, Kept};
use crate::tenant::{self, Tenants};

/// Where the records lie unless `--db` says otherwise.
const DEFAULT_DB: &str = "consentkit.sqlite";

/// The key of the log of a server without a configuration.
const SIGNING_KEY: &str = "CONSENTKIT_SIGNING_KEY";

/// An API key with every scope, for a server without a configuration.
const API_KEY: &str = "CONSENTKIT_API_KEY";

/// Ids that are compared with the second place in one transaction.
const RECONCILED_AT_ONCE: usize = 500;

/// Where things are.
#[derive(Debug, Clone, Args)]
pub struct Setting {
    /// A SQLite file, which is made when it is missing, or postgres://user@host1,host2/database
    #[arg(long, default_value = DEFAULT_DB)]
    pub db: String,
    /// A file of tenants, with their sites, keys and webhooks: see the README
    #[arg(long, value_name = "FILE", conflicts_with_all = ["sites", "policies", "locks"])]
    pub config: Option<PathBuf>,
    /// Without --config: sites whose records are accepted; without it, those of any site
    #[arg(long = "site", num_args = 1.., value_name = "NAME")]
    pub sites: Vec<String>,
    /// Without --config: a policy under which the server makes records for a call centre or a till
    #[arg(long = "policy", value_name = "FILE")]
    pub policies: Vec<PathBuf>,
    /// Without --config: the lock file of a build, which has every version of a policy, for receipts
    #[arg(long = "lock", value_name = "FILE")]
    pub locks: Vec<PathBuf>,
    /// A folder on another disk for what must outlive a restored backup: erased ids and checkpoints
    #[arg(long, value_name = "DIR")]
    pub second: Option<PathBuf>,
}

/// What they are.
#[derive(Debug)]
pub struct Opened {
    /// The database, with its layout up to date.
    pub database: Database,
    /// The tenants.
    pub tenants: Tenants,
    /// The second place.
    pub second: Second,
}

impl Setting {
    /// Opens everything, and erases again what a restored backup has brought back.
    ///
    /// # Errors
    /// With one sentence for the operator.
    pub fn open(&self, make: bool) -> Result<Opened, Box<dyn Error>> {
        let database = if make { Database::open(&self.db)? } else { Database::open_existing(&self.db)? };
        let tenants = self.tenants()?;
        let second = Second::open(self.second.as_deref()).map_err(|error| format!("--second cannot be used: {error}"))?;
        let again = reconcile(&database, &tenants, &second)?;
        if again > 0 {
            tracing::warn!(records = again, "erased again what a backup had brought back");
        }
        keep_facts(&database, &tenants)?;
        Ok(Opened { database, tenants, second })
    }

    fn tenants(&self) -> Result<Tenants, Box<dyn Error>> {
        if let Some(config) = &self.config {
            return Ok(Tenants::read(&Config::read(config)?)?);
        }
        let policies = self.policies.iter().map(|path| tenant::read_policy(path)).collect::<Result<Vec<_>, _>>()?;
        let key = env::var(API_KEY).ok();
        if key.as_ref().is_some_and(|key| !key.starts_with(tenant::KEY_PREFIX) || key.len() < 40) {
            return Err(format!("{API_KEY} is no API key; make one with `new-key`").into());
        }
        let versions = self.locks.iter().map(|path| tenant::read_lock(path)).collect::<Result<Vec<_>, _>>()?.concat();
        Ok(Tenants::only(self.sites.clone(), policies, versions, self.seed()?.0, key.as_deref()))
    }

    /// The signing key of the one tenant: from the environment, or from a file beside the database.
    fn seed(&self) -> Result<Id, Box<dyn Error>> {
        let wrong = |place: &str| format!("{place} is no signing key; make one with `new-signing-key`");
        if let Ok(text) = env::var(SIGNING_KEY) {
            return Ok(Id::from_text(text.trim()).ok_or_else(|| wrong(SIGNING_KEY))?);
        }
        let beside = if self.db.contains("://") { "consentkit-signing.key".into() } else { format!("{}.key", self.db) };
        let text = match fs::read_to_string(&beside) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let text = new_signing_key()?;
                write_secret(Path::new(&beside), &text)?;
                text
            }
            read => read.map_err(|error| format!("{beside}: {error}"))?,
        };
        Ok(Id::from_text(text.trim()).ok_or_else(|| wrong(&beside))?)
    }
}

/// A new signing key: 32 random bytes in base64url.
///
/// # Errors
/// When the operating system has no randomness.
pub fn new_signing_key() -> Result<String, getrandom::Error> {
    let mut random = [0; 32];
    getrandom::fill(&mut random)?;
    Ok(id::encode(&random))
}

/// A crash leaves the whole file or none: half a key would keep the server from starting, and one that is gone after it has signed
/// would make the log another's.
fn write_secret(path: &Path, text: &str) -> io::Result<()> {
    let new = PathBuf::from(format!("{}.{}.new", path.display(), std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&new)?;
    writeln!(file, "{text}")?;
    file.sync_all()?;
    // Fails when another process was faster; its key counts.
    let linked = fs::hard_link(&new, path);
    fs::remove_file(&new)?;
    linked?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::File::open(folder)?.sync_all()
}

/// What policies said is part of the proof, so it stands in the log too.
fn keep_facts(database: &Database, tenants: &Tenants) -> Result<(), Box<dyn Error>> {
    for tenant in tenants.iter() {
        for policy in tenant.policies.values().map(|policy| &**policy).chain(&tenant.versions) {
            let facts = Facts::of(policy);
            let text = facts.to_text()?;
            database.commit(clock::now(), |shelf| shelf.keep_facts(&tenant.id, &facts, &text))?;
        }
    }
    Ok(())
}

/// Neither a restored backup nor a device brings back what was erased.
fn reconcile(database: &Database, tenants: &Tenants, second: &Second) -> Result<usize, Box<dyn Error>> {
    let mut lines = Vec::new();
    let mut again = 0;
    let mut flush = |lines: &mut Vec<(Id, Id, u64)>| -> crate::store::Result<()> {
        let random = Random::draw().map_err(|error| io::Error::other(error.to_string()))?;
        again += database.commit(clock::now(), |shelf| {
            let mut found: Vec<Kept> = Vec::new();
            for (id, salt_hash, at) in lines.iter() {
                found.extend(shelf.record(*id)?);
                shelf.keep_erased(*id, *salt_hash, *at)?;
            }
            for tenant in tenants.iter() {
                let own: Vec<Kept> = found.iter().filter(|kept| kept.tenant == tenant.id).cloned().collect();
                // The second place has them already.
                let nowhere = Second::default();
                shelf.erase_records(&tenant.id, &own, &|person| tenant.suppression(person), &nowhere, &random)?;
            }
            Ok(found.len())
        })?;
        lines.clear();
        Ok(())
    };
    second.each_erased(|id, salt_hash, at| {
        lines.push((id, salt_hash, at));
        if lines.len() < RECONCILED_AT_ONCE { Ok(()) } else { flush(&mut lines) }
    })?;
    if !lines.is_empty() {
        flush(&mut lines)?;
    }
    if again > 0 {
        database.settle_erased()?;
    }
    Ok(again)
}

//! Who runs sites here: each tenant with sites, a signing key, API keys and webhooks of its own.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use consentkit_core::id::{self, Id};
use consentkit_core::policy::Policy;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::config::{Config, ConfigError, TenantConfig};
use crate::store::Person;

/// The tenant of a server without a configuration.
pub const DEFAULT: &str = "default";

/// How an API key begins, so that it is told from a token, and found by whoever searches code for secrets.
pub const KEY_PREFIX: &str = "ckk_";

/// What an API key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Read records, changes and evidence; hand out tokens for accounts.
    Read,
    /// Answer on a person's behalf.
    Collect,
    /// Erase a person.
    Erase,
    /// Holds, notices, webhooks.
    Admin,
}

/// Everything about one tenant.
pub struct Tenant {
    /// Letters, digits and `-`.
    pub id: String,
    /// The name of its log.
    pub log: String,
    /// Whose records are accepted. Empty for any, which only the default tenant may have.
    pub sites: Vec<String>,
    /// Pages that may send; empty for any.
    pub origins: Vec<String>,
    /// Policies under which the server itself makes records, by site.
    pub policies: BTreeMap<String, Arc<Policy>>,
    /// Every version of its policies, for receipts of records that were made under them.
    pub versions: Vec<Policy>,
    /// Who is told of every change.
    pub webhooks: Vec<Webhook>,
    seed: [u8; 32],
    keys: Vec<ApiKey>,
}

/// An API key, of which only the hash is known.
#[derive(Debug, Clone)]
pub struct ApiKey {
    /// Its name, for logs and for evidence.
    pub id: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    hash: Id,
}

/// An address that is told of every change.
pub struct Webhook {
    /// Its name.
    pub id: String,
    /// Where to.
    pub url: String,
    /// The key of its HMAC.
    pub secret: Vec<u8>,
}

/// All tenants of a server.
#[derive(Debug, Clone)]
pub struct Tenants(Arc<Vec<Arc<Tenant>>>);

impl Tenants {
    /// Those of a configuration.
    ///
    /// # Errors
    /// When a file that it names cannot be read, or two tenants have the same site.
    pub fn read(config: &Config) -> Result<Self, ConfigError> {
        let tenants = config.tenant.iter().map(|tenant| Tenant::read(tenant).map(Arc::new)).collect::<Result<Vec<_>, _>>()?;
        let mut known = std::collections::BTreeSet::new();
        for name in tenants
            .iter()
            .flat_map(|tenant| tenant.sites.iter().map(|site| format!("site {site}")).chain([format!("tenant {}", tenant.id)]))
        {
            if !known.insert(name.clone()) {
                return Err(ConfigError::new(format!("{name} stands there twice")));
            }
        }
        Ok(Self(Arc::new(tenants)))
    }

    /// The one tenant of a server that has no configuration. `key` is a key with every scope.
    #[must_use]
    pub fn only(sites: Vec<String>, policies: Vec<Policy>, versions: Vec<Policy>, seed: [u8; 32], key: Option<&str>) -> Self {
        let all = vec![Scope::Read, Scope::Collect, Scope::Erase, Scope::Admin];
        let keys = key.map(|key| ApiKey { id: "environment".into(), scopes: all, hash: hash_of(key) }).into_iter().collect();
        let policies = policies.into_iter().map(|policy| (policy.site.clone(), Arc::new(policy))).collect();
        let tenant = Tenant {
            id: DEFAULT.into(),
            log: format!("consentkit.invalid/{DEFAULT}"),
            sites,
            origins: Vec::new(),
            policies,
            versions,
            webhooks: Vec::new(),
            seed,
            keys,
        };
        Self(Arc::new(vec![Arc::new(tenant)]))
    }

    /// All.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Tenant>> {
        self.0.iter()
    }

    /// By id.
    #[must_use]
    pub fn named(&self, id: &str) -> Option<&Arc<Tenant>> {
        self.0.iter().find(|tenant| tenant.id == id)
    }

    /// The one that runs a site.
    #[must_use]
    pub fn of_site(&self, site: &str) -> Option<&Arc<Tenant>> {
        self.0.iter().find(|tenant| tenant.sites.iter().any(|own| own == site) || tenant.sites.is_empty())
    }

    /// Whose key it is.
    #[must_use]
    pub fn of_key(&self, key: &str) -> Option<(&Arc<Tenant>, &ApiKey)> {
        let hash = hash_of(key);
        self.0.iter().find_map(|tenant| tenant.keys.iter().find(|own| own.hash == hash).map(|own| (tenant, own)))
    }
}

impl Tenant {
    fn read(config: &TenantConfig) -> Result<Self, ConfigError> {
        let wrong = |what: &str| ConfigError::new(format!("tenant {}: {what}", config.id));
        let is_name = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !is_name(&config.id) {
            return Err(wrong("an id is letters, digits and -"));
        }
        if config.sites.is_empty() {
            return Err(wrong("name its sites"));
        }
        let seed = config.signing_key.read()?;
        let seed =
            Id::from_text(seed.trim()).ok_or_else(|| wrong("the signing key is 32 bytes in base64url, as `new-signing-key` prints it"))?;
        let keys = config.key.iter().map(|key| {
            let hash = Id::from_text(&key.hash).ok_or_else(|| wrong("the hash of a key is what `new-key` prints"))?;
            Ok(ApiKey { id: key.id.clone(), scopes: key.scopes.clone(), hash })
        });
        let webhooks = config.webhook.iter().map(|hook| {
            let secret = hook.secret.read()?;
            let secret = crate::webhook::secret(secret.trim())
                .ok_or_else(|| wrong("the secret of a webhook is whsec_ and base64 of 24 to 64 bytes"))?;
            Ok(Webhook { id: hook.id.clone(), url: hook.url.clone(), secret })
        });
        let mut policies = BTreeMap::new();
        for path in &config.policies {
            let policy = read_policy(path)?;
            policies.insert(policy.site.clone(), Arc::new(policy));
        }
        Ok(Self {
            id: config.id.clone(),
            log: config.log.clone(),
            sites: config.sites.clone(),
            origins: config.origins.clone(),
            policies,
            versions: config.locks.iter().map(|path| read_lock(path)).collect::<Result<Vec<_>, _>>()?.concat(),
            webhooks: webhooks.collect::<Result<_, ConfigError>>()?,
            seed: seed.0,
            keys: keys.collect::<Result<_, ConfigError>>()?,
        })
    }

    /// The seed of the Ed25519 key that signs its log.
    #[must_use]
    pub fn seed(&self) -> [u8; 32] {
        self.seed
    }

    /// A hash of a person that nobody makes without the tenant's key.
    #[must_use]
    pub fn suppression(&self, person: &Person) -> Id {
        self.keyed(&format!("suppression\n{}", person.label()))
    }

    fn keyed(&self, text: &str) -> Id {
        // A key of HMAC may have any length.
        let keyed = Hmac::<Sha256>::new_from_slice(&self.seed).map(|keyed| keyed.chain_update(text.as_bytes()));
        keyed.map_or(Id([0; 32]), |keyed| Id(keyed.finalize().into_bytes().into()))
    }
}

impl std::fmt::Debug for Tenant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tenant").field("id", &self.id).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Webhook").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What is kept of an API key. It is 32 random bytes, so that a plain hash cannot be searched.
#[must_use]
pub fn hash_of(key: &str) -> Id {
    Id::of(key.as_bytes())
}

/// A new API key.
///
/// # Errors
/// When the operating system has no randomness.
pub fn new_key() -> Result<String, getrandom::Error> {
    let mut random = [0; 32];
    getrandom::fill(&mut random)?;
    Ok(format!("{KEY_PREFIX}{}", id::encode(&random)))
}

/// Reads every version of a policy from the lock file of `build`.
///
/// # Errors
/// With the file and what is wrong with it.
pub fn read_lock(path: &Path) -> Result<Vec<Policy>, ConfigError> {
    let wrong = |error: &dyn std::fmt::Display| ConfigError::new(format!("{}: {error}", path.display()));
    let text = fs::read_to_string(path).map_err(|error| wrong(&error))?;
    Ok(consentkit_core::build::Lock::read(&text).map_err(|error| wrong(&error))?.versions)
}

/// Reads a policy as its author wrote it.
///
/// # Errors
/// With the file and what is wrong with it.
pub fn read_policy(path: &Path) -> Result<Policy, ConfigError> {
    let wrong = |error: &dyn std::fmt::Display| ConfigError::new(format!("{}: {error}", path.display()));
    let text = fs::read_to_string(path).map_err(|error| wrong(&error))?;
    consentkit_core::policy::parse(&text).map_err(|error| wrong(&error))
}

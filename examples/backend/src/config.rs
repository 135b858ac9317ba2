//! The configuration of several tenants, as a file. It holds no secret, only where one is.

use std::path::{Path, PathBuf};
use std::{env, fs};

use serde::Deserialize;

use crate::tenant::Scope;

/// A file of tenants: TOML, or JSON when its name ends so.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// At least one.
    pub tenant: Vec<TenantConfig>,
}

/// One tenant.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantConfig {
    /// Letters, digits and `-`.
    pub id: String,
    /// The name of its log, for instance `consent.example/shop`. It stands in every checkpoint and never changes.
    pub log: String,
    /// The sites whose records it gets.
    pub sites: Vec<String>,
    /// Origins of pages that may send (`https://shop.example`); none means any.
    #[serde(default)]
    pub origins: Vec<String>,
    /// 32 random bytes in base64url.
    pub signing_key: Secret,
    /// Policies under which the server makes records for a call centre or a till.
    #[serde(default)]
    pub policies: Vec<PathBuf>,
    /// Lock files of `build` (`consentkit.lock.json`): every version of the policies, for receipts.
    #[serde(default)]
    pub locks: Vec<PathBuf>,
    /// API keys.
    #[serde(default)]
    pub key: Vec<KeyConfig>,
    /// Addresses that are told of changes.
    #[serde(default)]
    pub webhook: Vec<WebhookConfig>,
}

/// An API key.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyConfig {
    /// Its name.
    pub id: String,
    /// What `new-key` has printed as its hash.
    pub hash: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
}

/// A webhook.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookConfig {
    /// Its name.
    pub id: String,
    /// Where to.
    pub url: String,
    /// `whsec_` and base64.
    pub secret: Secret,
}

/// Where a secret is.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Secret {
    /// In an environment variable of this name.
    Env(String),
    /// In this file.
    File(PathBuf),
}

/// What is wrong with the configuration.
#[derive(Debug, thiserror::Error)]
#[error("the configuration cannot be used: {0}")]
pub struct ConfigError(String);

impl ConfigError {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

impl Config {
    /// Reads a file. Paths in it are relative to the working folder.
    ///
    /// # Errors
    /// With the place of what is wrong.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let wrong = |error: &dyn std::fmt::Display| ConfigError::new(format!("{}: {error}", path.display()));
        let text = fs::read_to_string(path).map_err(|error| wrong(&error))?;
        if path.extension().is_some_and(|ending| ending == "json") {
            serde_json::from_str(&text).map_err(|error| wrong(&error))
        } else {
            toml::from_str(&text).map_err(|error| wrong(&error))
        }
    }
}

impl Secret {
    /// The secret.
    ///
    /// # Errors
    /// When it is not there.
    pub fn read(&self) -> Result<String, ConfigError> {
        match self {
            Secret::Env(name) => env::var(name).map_err(|error| ConfigError::new(format!("the variable {name}: {error}"))),
            Secret::File(path) => fs::read_to_string(path).map_err(|error| ConfigError::new(format!("{}: {error}", path.display()))),
        }
    }
}

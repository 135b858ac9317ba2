//! A server with a database of its own.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use tempfile::TempDir;

use crate::cluster::Cluster;
use crate::look::Store;
use crate::server::Program;

/// Which programs, and where their files lie.
#[derive(Debug, Clone, Args)]
pub(crate) struct Programs {
    /// The server as it ships
    #[arg(long, global = true, default_value = "target/server/consentkit-backend")]
    program: PathBuf,
    /// The server with faults that --plant chooses from
    #[arg(long, global = true, default_value = "target/server/consentkit-backend-planted")]
    planted: PathBuf,
    /// A folder on the disk that is meant; SQLite's files lie in it
    #[arg(long, global = true, default_value = "target/crash")]
    work: PathBuf,
}

/// A database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Db {
    Sqlite,
    Postgres,
}

/// A server's files, which go when this does.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) program: Program,
    pub(crate) store: Store,
    folder: TempDir,
    _cluster: Option<Cluster>,
}

impl Programs {
    /// The program, with a fault or without.
    pub(crate) fn path(&self, planted: bool) -> Result<PathBuf> {
        let path = if planted { &self.planted } else { &self.program };
        path.canonicalize().with_context(|| format!("{} is missing; `cargo xtask crash` builds it", path.display()))
    }

    /// A new folder for files.
    pub(crate) fn folder(&self) -> Result<TempDir> {
        std::fs::create_dir_all(&self.work)?;
        let folder = tempfile::Builder::new().prefix("run-").tempdir_in(self.work.canonicalize()?)?;
        // As the other disk is there before a server uses it.
        std::fs::create_dir(folder.path().join("second"))?;
        Ok(folder)
    }
}

impl Place {
    pub(crate) async fn new(programs: &Programs, db: Db, plant: Option<&str>) -> Result<Self> {
        let cluster = if db == Db::Postgres { Some(Cluster::start().await?) } else { None };
        let url = cluster.as_ref().map(|cluster| cluster.url(&[]));
        Ok(Self { _cluster: cluster, ..Self::at(programs, url, plant)? })
    }

    /// With a database that is there, or a new file.
    pub(crate) fn at(programs: &Programs, url: Option<String>, plant: Option<&str>) -> Result<Self> {
        let folder = programs.folder()?;
        let file = folder.path().join("records.sqlite");
        let store = url.clone().map_or_else(|| Store::Sqlite(file.clone()), Store::Postgres);
        let db = url.unwrap_or_else(|| file.display().to_string());
        let path = programs.path(plant.is_some())?;
        let program = Program { path, folder: folder.path().to_owned(), db, plant: plant.map(str::to_owned), before: Vec::new() };
        Ok(Self { program, store, folder, _cluster: None })
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Leaves the files where they are, for whoever wants to know what went wrong.
    pub(crate) fn keep(mut self) {
        self.folder.disable_cleanup(true);
        println!("the files are kept in {}", self.folder.path().display());
    }
}

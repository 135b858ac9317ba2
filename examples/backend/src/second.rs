//! The second place: what must outlive a restored backup of the database.
//!
//! A folder on another disk, with one file of erased ids that only grows, and the newest checkpoint of every log.
//! It is written and on disk before an answer says that something was erased, or a checkpoint is given out.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use consentkit_core::id::Id;
use consentkit_core::proof::Checkpoint;
use serde::{Deserialize, Serialize};

/// The file of erased ids, one line of JSON for each.
const ERASED: &str = "erased.ndjson";

/// The folder, or nothing where none was named.
#[derive(Debug, Clone, Default)]
pub struct Second(Option<Arc<Mutex<PathBuf>>>);

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    id: String,
    salt_hash: String,
    at: u64,
}

impl Second {
    /// Uses a folder, which is made when it is missing.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn open(folder: Option<&Path>) -> io::Result<Self> {
        let Some(folder) = folder else { return Ok(Self(None)) };
        fs::create_dir_all(folder)?;
        end_line(&folder.join(ERASED))?;
        Ok(Self(Some(Arc::new(Mutex::new(folder.to_owned())))))
    }

    /// Whether there is one.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.0.is_some()
    }

    /// Notes what is erased: ids, and hashes of salts.
    pub(crate) fn erased(&self, erased: &[(Id, Id)], at: u64) -> crate::store::Result<()> {
        let Some(folder) = self.folder() else { return Ok(()) };
        let mut lines = Vec::new();
        for (id, salt_hash) in erased {
            let line = Line { id: id.to_text(), salt_hash: salt_hash.to_text(), at };
            serde_json::to_writer(&mut lines, &line).map_err(io::Error::from)?;
            lines.push(b'\n');
        }
        let mut file = OpenOptions::new().create(true).append(true).open(folder.join(ERASED))?;
        file.write_all(&lines)?;
        file.sync_all()?;
        Ok(File::open(&*folder)?.sync_all()?)
    }

    /// Hands every erased id and the hash of its salt to `each`, with the moment. A line that a crash cut short was never
    /// answered for and is passed over.
    pub(crate) fn each_erased(&self, mut each: impl FnMut(Id, Id, u64) -> crate::store::Result<()>) -> crate::store::Result<()> {
        let Some(folder) = self.folder().map(|folder| folder.clone()) else { return Ok(()) };
        let file = match File::open(folder.join(ERASED)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            file => file?,
        };
        for line in BufReader::new(file).lines() {
            let Ok(line) = serde_json::from_str::<Line>(&line?) else { continue };
            if let Some((id, salt_hash)) = Id::from_text(&line.id).zip(Id::from_text(&line.salt_hash)) {
                each(id, salt_hash, line.at)?;
            }
        }
        Ok(())
    }

    /// Keeps the newest checkpoint of a log.
    pub(crate) fn keep_checkpoint(&self, tenant: &str, epoch: u64, note: &str) -> crate::store::Result<()> {
        let Some(folder) = self.folder() else { return Ok(()) };
        let path = folder.join(checkpoint_name(tenant, epoch));
        // Another process may have been faster.
        let size = |note: &str| Checkpoint::read(note).map_or(0, |head| head.size);
        if fs::read_to_string(&path).is_ok_and(|kept| size(&kept) >= size(note)) {
            return Ok(());
        }
        let new = path.with_extension("new");
        let mut file = File::create(&new)?;
        file.write_all(note.as_bytes())?;
        file.sync_all()?;
        fs::rename(new, path)?;
        Ok(File::open(&*folder)?.sync_all()?)
    }

    /// The newest checkpoint that was given out for a log.
    pub(crate) fn checkpoint(&self, tenant: &str, epoch: u64) -> crate::store::Result<Option<String>> {
        let Some(folder) = self.folder() else { return Ok(None) };
        match fs::read_to_string(folder.join(checkpoint_name(tenant, epoch))) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            read => Ok(Some(read?)),
        }
    }

    /// The newest of a tenant's logs that a checkpoint was given out for.
    pub(crate) fn newest_epoch(&self, tenant: &str) -> crate::store::Result<Option<u64>> {
        let Some(folder) = self.folder() else { return Ok(None) };
        let mut newest = None;
        for file in fs::read_dir(&*folder)? {
            let name = file?.file_name();
            let epoch =
                name.to_str().and_then(|name| name.strip_prefix(tenant)?.strip_prefix('.')?.strip_suffix(".checkpoint")?.parse().ok());
            newest = newest.max(epoch);
        }
        Ok(newest)
    }

    /// Held while it is written, so that two threads do not mix their lines.
    fn folder(&self) -> Option<std::sync::MutexGuard<'_, PathBuf>> {
        self.0.as_ref().map(|folder| folder.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A tenant's id is checked when the configuration is read: letters, digits and `-`.
fn checkpoint_name(tenant: &str, epoch: u64) -> String {
    format!("{tenant}.{epoch}.checkpoint")
}

/// A crash may have cut the last line short; what comes next begins on one of its own.
fn end_line(path: &Path) -> io::Result<()> {
    let bytes = match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        read => read?,
    };
    if bytes.last().is_some_and(|last| *last != b'\n') {
        let mut file = OpenOptions::new().append(true).open(path)?;
        file.write_all(b"\n")?;
        file.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_noted_is_read_back_and_a_line_that_was_cut_short_harms_no_other() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let note = |second: &Second, name: &str| second.erased(&[(Id::of(name.as_bytes()), Id::of(b"salt"))], 7).expect("noted");
        note(&Second::open(Some(folder.path())).expect("a place"), "first");
        let file = folder.path().join(ERASED);
        OpenOptions::new().append(true).open(&file).expect("a file").write_all(b"{\"id\":\"cut").expect("written");
        let second = Second::open(Some(folder.path())).expect("a place");
        note(&second, "second");
        let mut found = Vec::new();
        let mut each = |id, salt, at| {
            found.push((id, salt, at));
            Ok(())
        };
        second.each_erased(&mut each).expect("read");
        let line = |name: &[u8]| (Id::of(name), Id::of(b"salt"), 7);
        assert_eq!(found, [line(b"first"), line(b"second")]);
    }
}

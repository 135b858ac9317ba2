//! What the database holds, as lines of JSON.

use std::error::Error;
use std::io::Write;

use crate::plain::Plain;
use crate::store::Database;

/// Prints every record, oldest arrival first, also while a server writes.
///
/// # Errors
/// When the database cannot be read; after everything is printed, when a record in it is damaged.
pub fn records(database: &Database, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let mut damaged = None;
    database.each_record(|row| -> Result<(), Box<dyn Error>> {
        match row {
            Ok(kept) => line(out, &Plain::from(&kept))?,
            Err(error) => damaged = Some(error),
        }
        Ok(())
    })?;
    damaged.map_or(Ok(()), |error| Err(error.into()))
}

/// Prints everything in quarantine, oldest arrival first.
///
/// # Errors
/// When the database cannot be read.
pub fn quarantine(database: &Database, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    database.quarantined()?.iter().try_for_each(|entry| line(out, entry))
}

pub(crate) fn line(out: &mut impl Write, value: &impl serde::Serialize) -> Result<(), Box<dyn Error>> {
    serde_json::to_writer(&mut *out, value)?;
    Ok(writeln!(out)?)
}

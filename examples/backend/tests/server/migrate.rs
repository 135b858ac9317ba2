//! A file of an earlier layout goes on.

use serde_json::json;
use tempfile::TempDir;

use crate::server::person::{Person, record_of};
use crate::server::program::{Server, on_postgres};

/// The tables of layout 1, as its program made them.
const LAYOUT_1: &str = "
CREATE TABLE records (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE,
  salt BLOB NOT NULL,
  site TEXT NOT NULL,
  subject TEXT NOT NULL,
  bytes BLOB NOT NULL,
  received_at INTEGER NOT NULL
) STRICT;
CREATE INDEX records_by_subject ON records (subject, site);
CREATE INDEX records_by_salt ON records (salt);
CREATE TABLE quarantine (
  content_hash BLOB PRIMARY KEY,
  id TEXT NOT NULL,
  form TEXT NOT NULL,
  site TEXT NOT NULL,
  subject TEXT NOT NULL,
  reason TEXT NOT NULL,
  path TEXT NOT NULL,
  content TEXT NOT NULL,
  received_at INTEGER NOT NULL
) STRICT;
CREATE INDEX quarantine_by_id ON quarantine (id);
CREATE TABLE erased (
  id BLOB PRIMARY KEY,
  salt_hash BLOB NOT NULL,
  erased_at INTEGER NOT NULL
) STRICT;
CREATE INDEX erased_by_salt ON erased (salt_hash);
PRAGMA user_version = 1;
";

#[test]
fn a_file_of_layout_1_keeps_everything_and_goes_on() {
    if on_postgres() {
        // Layout 1 was SQLite's alone.
        return;
    }
    let folder = TempDir::new().expect("a folder");
    let db = folder.path().join("records.sqlite");
    let mut ada = Person::new("ada");
    let first = ada.accepts(&[]);
    let first_record = ada.record(&first);
    let (gone, gone_intent) = record_of("gone");
    let bytes = |text: &str| consentkit_core::id::decode(text).expect("base64url");
    {
        let old = rusqlite::Connection::open(&db).expect("a file");
        old.pragma_update(None, "journal_mode", "WAL").expect("a log");
        old.execute_batch(LAYOUT_1).expect("tables");
        let insert =
            "INSERT INTO records (id, salt, site, subject, bytes, received_at) VALUES (?1, ?2, 'shop.example', 'ada', ?3, 1795435200123)";
        old.execute(insert, (bytes(&first_record.id), bytes(&first.nonce), bytes(&first_record.bytes))).expect("a row");
        let hash = consentkit_core::id::Id::of(&bytes(&gone_intent.nonce)).0;
        old.execute("INSERT INTO erased VALUES (?1, ?2, 7)", (bytes(&gone.id), hash)).expect("a row");
        old.execute(
            "INSERT INTO quarantine VALUES (x'01', 'x', 'record', 's', 'bo', 'RECORD_UNREADABLE', 'bytes', 'c', 1795435200456)",
            (),
        )
        .expect("a row");
    }
    let server = Server::at(folder, &db.display().to_string(), &[]);
    let dumped = server.dump();
    assert_eq!((&dumped[0]["id"], &dumped[0]["receivedAt"]), (&json!(first_record.id), &json!(1_795_435_200_123_u64)));
    assert_eq!(server.quarantine()[0]["receivedAt"], json!(1_795_435_200_456_u64));
    let second = ada.refuses(&[&format!("~{}", first.nonce)]);
    let told = server.sync(&[&first_record, &gone], &[&second]);
    let words: Vec<&str> = told.iter().map(|(_, word)| word.as_str()).collect();
    assert_eq!(words, ["duplicate", "erased", "stored"]);
    assert_eq!(server.dump()[1]["id"], ada.record(&second).id.as_str());
}

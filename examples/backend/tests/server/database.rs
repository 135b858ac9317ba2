//! The database under a server, as another program sees it.

use consentkit_core::id::Id;

/// A connection of another process.
pub(crate) enum Other {
    Sqlite(rusqlite::Connection),
    Postgres(Box<postgres::Client>),
}

impl Other {
    /// One number.
    pub(crate) fn number(&mut self, sql: &str) -> i64 {
        match self {
            Other::Sqlite(connection) => connection.query_row(sql, [], |row| row.get(0)).expect("a number"),
            Other::Postgres(client) => client.query_one(sql, &[]).expect("a row").get(0),
        }
    }

    pub(crate) fn run(&mut self, sql: &str) {
        match self {
            Other::Sqlite(connection) => connection.execute_batch(sql).expect("done"),
            Other::Postgres(client) => client.batch_execute(sql).expect("done"),
        }
    }

    /// Ids and bytes of every record, in the order of arrival.
    pub(crate) fn records(&mut self) -> Vec<(String, Vec<u8>)> {
        let sql = "SELECT id, bytes FROM records ORDER BY arrival, id";
        let text = |id: Vec<u8>| Id(id.try_into().expect("32 bytes")).to_text();
        match self {
            Other::Sqlite(connection) => {
                let mut find = connection.prepare(sql).expect("a table");
                let rows = find.query_map([], |row| Ok((text(row.get(0)?), row.get(1)?))).expect("rows");
                rows.map(|row| row.expect("a row")).collect()
            }
            Other::Postgres(client) => client.query(sql, &[]).expect("rows").iter().map(|row| (text(row.get(0)), row.get(1))).collect(),
        }
    }

    /// Damages the record of a subject.
    pub(crate) fn damage(&mut self, subject: &str) {
        let zero = if let Other::Sqlite(_) = self { "x'00'" } else { r"'\x00'" };
        self.run(&format!("UPDATE records SET bytes = {zero} WHERE subject = '{subject}'"));
    }

    /// Keeps everybody else from committing records until [`Other::unlock`].
    pub(crate) fn lock(&mut self) {
        match self {
            Other::Sqlite(connection) => connection.execute_batch("BEGIN IMMEDIATE").expect("the lock"),
            Other::Postgres(client) => client.batch_execute("BEGIN; LOCK TABLE records IN SHARE MODE").expect("the lock"),
        }
    }

    pub(crate) fn unlock(&mut self) {
        self.run("ROLLBACK");
    }
}

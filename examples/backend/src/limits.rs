//! How much is accepted at once, for how long, and why.

use std::time::Duration;

/// Records and intents in one batch: as many as the core's outbox puts into one.
pub const MAX_BATCH_RECORDS: usize = 50;

/// The largest body. Browsers let a page that is being closed send 64 KiB; of these the core fills at most
/// 48 KiB with records, and the rest is for ids and braces.
pub const MAX_BODY_BYTES: usize = 64 * 1024;

/// Batches that may wait for the disk. Past it senders are told to come back, which they do on their own.
pub const MAX_WAITING_BATCHES: usize = 256;

/// Waiting batches that share one commit, so that a slow disk is asked once for many of them.
pub const MAX_BATCHES_A_COMMIT: usize = 64;

/// How long a commit waits for another process that writes to the same file.
pub const MAX_LOCK_WAIT: Duration = Duration::from_secs(5);

/// When a sender should come back after its batch could not be committed, in seconds.
pub const RETRY_AFTER_SECONDS: u32 = 5;

/// The longest that one request may take, its body included: slow senders must not hold connections.
pub const MAX_REQUEST_TIME: Duration = Duration::from_secs(15);

/// The longest that somebody may leave an answer unread before the connection ends.
pub const MAX_STALLED_TIME: Duration = Duration::from_secs(15);

/// Connections that are open at once, as far as the process may open so many files; whoever comes then waits to be taken. Each costs some
/// kilobytes, and a proxy in front needs hundreds at most.
pub const MAX_OPEN_CONNECTIONS: usize = 4_096;

/// How long requests under way may take to end after the server was told to stop.
pub const SHUTDOWN_GRACE: Duration = Duration::from_secs(10);

/// How long a token lets somebody read: time to look at a page, too short to be worth stealing.
pub const TOKEN_LIFE: Duration = Duration::from_secs(600);

/// The shortest signing secret: a key for HMAC-SHA-256 should not be shorter than its output.
pub const MIN_SECRET_BYTES: usize = 32;

/// How long a transaction is tried again before its senders are told to come back: a failover takes seconds, and a
/// sender should hear of it before its request ends.
pub const MAX_RETRY_TIME: Duration = Duration::from_secs(8);

/// How long PostgreSQL may take for one statement. One that is gone says nothing at all.
pub const MAX_ANSWER_TIME: Duration = Duration::from_secs(5);

/// How long it may take to reach one host of PostgreSQL.
pub const MAX_CONNECT_TIME: Duration = Duration::from_secs(3);

/// Connections to PostgreSQL: one writes, one integrates the log, the others read.
pub const MAX_CONNECTIONS: usize = 8;

/// The longest id of a person or an account, in bytes: what a database can index, and far more than any needs.
pub const MAX_NAME_BYTES: usize = 512;

/// How deep JSON may be nested; the deepest that anybody sends has five levels.
pub const MAX_DEPTH: usize = 16;

/// Records of an account that are sent down at once.
pub const MAX_DOWN_RECORDS: usize = 50;

/// Leaves that join a log in one transaction.
pub const MAX_LEAVES_AT_ONCE: u64 = 1_000;

/// How often the log looks for what has arrived.
pub const INTEGRATION_PAUSE: Duration = Duration::from_millis(500);

/// How long one process has the log to itself without saying so again.
pub const LEASE: Duration = Duration::from_secs(10);

/// How long a link for a guardian can be used.
pub const GUARDIAN_LINK_LIFE: Duration = Duration::from_secs(7 * 24 * 3600);

/// Changes in one answer of the feed.
pub const MAX_CHANGES: u64 = 500;

/// How long a webhook may take: less than the lease, so that no two processes call at once.
pub const MAX_HOOK_TIME: Duration = Duration::from_secs(5);

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
pub const MAX_BATCHES_A_COMMIT: usize = 32;

/// How long a commit waits for another process that writes to the same file.
pub const MAX_LOCK_WAIT: Duration = Duration::from_secs(5);

/// When a sender should come back after its batch could not be committed, in seconds.
pub const RETRY_AFTER_SECONDS: u32 = 5;

/// The longest that one request may take, its body included: slow senders must not hold connections.
pub const MAX_REQUEST_TIME: Duration = Duration::from_secs(15);

/// How long requests under way may take to end after the server was told to stop.
pub const SHUTDOWN_GRACE: Duration = Duration::from_secs(10);

/// How long a token lets somebody read: time to look at a page, too short to be worth stealing.
pub const TOKEN_LIFE: Duration = Duration::from_secs(600);

/// The shortest signing secret: a key for HMAC-SHA-256 should not be shorter than its output.
pub const MIN_SECRET_BYTES: usize = 32;

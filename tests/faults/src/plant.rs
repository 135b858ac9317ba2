//! Faults that are planted into the simulated client, the server, or around the core. The simulation must find each.

/// What is done wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plant {
    /// A success that names nothing acknowledges the whole batch.
    AckOnBare200,
    /// Results are read in the order of the batch, whatever ids they name.
    AckInOrder,
    /// The intent is removed before its record is stored.
    ForgetBeforeSave,
    /// Engines are shown, of all records, only those that nobody with a later clock has answered.
    LastWriteWins,
    /// A record is given up after three tries.
    DropAfterTries,
    /// Whatever happens, storage is said to hold it.
    SayItIsSaved,
    /// An intent that waits gets a new nonce with every page.
    NewNonce,
    /// Nothing wakes the engine.
    NeverWake,
    /// Boot applies a snapshot whatever it was made for.
    AnySnapshot,
    /// A page that comes back does not look at what it has missed.
    NoLookBack,
    /// Another tab's snapshot is applied on top of what the tab's own engine says.
    ReplayOverEngine,
    /// The engine's first word is applied before it has heard of an answer that could not be written.
    OpenBeforeUnsaved,
    /// A snapshot that cannot be replaced is left as it was, and holds whatever cookie lies beside it. Either alone does no harm.
    LeaveStale,
    /// A record that cannot be read back is removed, also where another tab has written it.
    EraseRecord,
    /// An answer is given to an engine that does not know the answers before it, which another tab has written.
    AnswerBeforeStored,
    /// The server answers before it has stored.
    AnswerBeforeCommit,
}

impl Plant {
    /// Every plant with its name on the command line.
    pub const ALL: [(&str, Plant); 16] = [
        ("ack-on-bare-200", Plant::AckOnBare200),
        ("ack-in-order", Plant::AckInOrder),
        ("forget-before-save", Plant::ForgetBeforeSave),
        ("last-write-wins", Plant::LastWriteWins),
        ("drop-after-tries", Plant::DropAfterTries),
        ("say-it-is-saved", Plant::SayItIsSaved),
        ("new-nonce", Plant::NewNonce),
        ("never-wake", Plant::NeverWake),
        ("any-snapshot", Plant::AnySnapshot),
        ("no-look-back", Plant::NoLookBack),
        ("replay-over-engine", Plant::ReplayOverEngine),
        ("open-before-unsaved", Plant::OpenBeforeUnsaved),
        ("leave-stale", Plant::LeaveStale),
        ("erase-record", Plant::EraseRecord),
        ("answer-before-stored", Plant::AnswerBeforeStored),
        ("answer-before-commit", Plant::AnswerBeforeCommit),
    ];

    /// The plant of a name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(own, _)| *own == name).map(|(_, plant)| *plant)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, plant)| *plant == self).map_or("", |(name, _)| name)
    }
}

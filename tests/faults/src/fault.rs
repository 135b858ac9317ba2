//! What goes wrong, and how often it did.

/// Makes the kinds of faults with their names.
macro_rules! faults {
    ($($(#[$doc:meta])* $kind:ident $name:literal;)*) => {
        /// A way in which something goes wrong.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Fault {
            $($(#[$doc])* $kind,)*
        }

        impl Fault {
            /// Every kind.
            pub const ALL: &[Fault] = &[$(Fault::$kind),*];

            /// Its name in reports.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Fault::$kind => $name,)*
                }
            }
        }
    };
}

faults! {
    /// Storage is full: every write throws.
    WriteRefused "write refused";
    /// Storage is full for some keys only.
    WriteRefusedForSome "write refused for some keys";
    /// What is small still fits.
    Quota "quota reached";
    /// A write does not throw and has no effect.
    WriteSwallowed "write swallowed";
    /// Whatever touches storage throws.
    StorageThrows "storage throws";
    /// A write has an effect, but nothing can be read back.
    ReadThrows "read throws";
    /// The tab dies between two effects of one event.
    CrashInEffects "crash between effects";
    /// The tab dies inside the handler of a click.
    CrashInClick "crash in a click";
    /// The tab dies between two events.
    CrashBetweenEvents "crash between events";
    /// The page goes while its records are under way.
    GoneWhileSending "page gone while sending";
    /// The clock stands in 1970.
    Clock1970 "clock in 1970";
    /// The clock stands in 2100.
    Clock2100 "clock in 2100";
    /// The clock goes back by up to a month.
    ClockBack "clock goes back";
    /// The clock goes forward by up to a month.
    ClockForward "clock goes forward";
    /// The request never arrives.
    RequestLost "request lost";
    /// The server has taken the records, and nobody hears of it.
    ResponseLost "response lost";
    /// The same request arrives twice.
    RequestTwice "request twice";
    /// The same response is reported twice.
    ResponseTwice "response twice";
    /// A later response overtakes an earlier one.
    ResponseReordered "response reordered";
    /// Acknowledges ids that were never sent.
    ForgedUnknownIds "forged: unknown ids";
    /// Acknowledges other records of the device than those that were sent.
    ForgedOtherIds "forged: other ids";
    /// Names the right ids with words that mean nothing.
    ForgedWords "forged: wrong words";
    /// A captive portal's page with status 200.
    Html "200 with HTML";
    /// A success that names nothing.
    BareSuccess "success without acknowledgement";
    /// The list of results breaks off.
    Truncated "response truncated";
    /// The results stand in an answer that is an error.
    ResultsInError "results in an error";
    /// 3xx.
    Status3xx "status 3xx";
    /// 400, 413, 422.
    StatusTooMuch "status 400, 413, 422";
    /// 401, 403, 404, 405, 410.
    StatusWrong "status 401, 403, 404, 405, 410";
    /// Other 4xx.
    StatusLater "status 408, 429 and other 4xx";
    /// 5xx.
    Status5xx "status 5xx";
    /// No status that exists.
    StatusOdd "status below 200 or above 599";
    /// A `Retry-After` of years, or of no time at all.
    RetryAfter "odd Retry-After";
    /// The server starts again from an old backup.
    ServerBackup "server restored from a backup";
    /// The server takes nothing for now.
    ServerLater "server says later";
    /// The server will never take a record.
    ServerQuarantine "server refuses for good";
    /// The server has erased what it had.
    ServerErased "server erased";
    /// The server wants records that do not exist, or that it has.
    ServerWants "server wants odd records";
    /// A tab is not told that another has changed storage.
    EventMissing "storage event missing";
    /// It is told of a later change first.
    EventReordered "storage event reordered";
    /// It is told long after.
    EventLate "storage event late";
    /// What another tab has written is not seen yet.
    StaleView "stale view of storage";
    /// Two tabs send the same record.
    SentByTwo "two tabs send a record";
    /// A page has an older policy than another had before.
    OlderPage "page with an older policy";
    /// The engine cannot be loaded.
    EngineMissing "engine not loaded";
}

/// How often each kind of fault has struck.
#[derive(Debug, Clone)]
pub struct Counts(Vec<u64>);

impl Default for Counts {
    fn default() -> Self {
        Self(vec![0; Fault::ALL.len()])
    }
}

impl Counts {
    /// One more.
    pub fn add(&mut self, fault: Fault) {
        if let Some(count) = self.0.get_mut(fault as usize) {
            *count += 1;
        }
    }

    /// All of another's.
    pub fn merge(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own += other);
    }

    /// Each kind with its count.
    pub fn iter(&self) -> impl Iterator<Item = (Fault, u64)> {
        Fault::ALL.iter().copied().zip(self.0.iter().copied())
    }

    /// Of all kinds together.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }
}

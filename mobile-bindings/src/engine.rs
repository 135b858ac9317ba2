//! The one object of the interface.

use std::fmt;
use std::sync::Mutex;

use consentkit_core::protocol::{Effect, Env, Event, Snapshot};
use consentkit_core::{Engine, Error, policy};

/// One person on one device, under one policy. Safe to call from any thread; calls wait for each other.
#[derive(Debug, uniffi::Object)]
pub struct ConsentEngine {
    engine: Mutex<Engine>,
}

#[uniffi::export]
impl ConsentEngine {
    /// An engine for a policy, given as JSON text.
    ///
    /// # Errors
    /// `Policy` with the first mistake, its path and what to do about it.
    #[uniffi::constructor]
    pub fn open(policy_json: &str) -> Result<Self, ConsentError> {
        let engine = policy::parse(policy_json).and_then(|policy| Engine::for_policy(&policy))?;
        Ok(Self { engine: Mutex::new(engine) })
    }

    /// Takes in what happened and says what must be done, in order.
    ///
    /// # Errors
    /// `Broken` when an earlier call ended in the middle because of a defect in the engine. Nothing that
    /// it knew is trusted any more: open a new engine, it reads everything from storage.
    pub fn handle(&self, event: Event, env: Env) -> Result<Vec<Effect>, ConsentError> {
        let mut engine = self.engine.lock().map_err(|_| ConsentError::broken())?;
        Ok(engine.handle(event, env))
    }

    /// The last snapshot; nothing before the first event, and nothing of an engine that is broken. A host
    /// keeps it and answers every read from it without a call.
    pub fn snapshot(&self) -> Option<Snapshot> {
        self.engine.lock().ok().and_then(|engine| engine.snapshot().cloned())
    }
}

/// What the engine could not do. `code` is stable, `path` says where, `hint` what to do.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Error)]
pub enum ConsentError {
    /// The policy could not be accepted.
    Policy {
        /// A code of the documentation, for example `DUPLICATE_ID`.
        code: String,
        /// A path into the policy such as `purposes[2].kinds[0]`; empty when it is all of it.
        path: String,
        /// What is wrong and what to do about it.
        hint: String,
    },
    /// An earlier call ended in the middle because of a defect; this engine answers no more.
    Broken {
        /// `ENGINE_BROKEN`.
        code: String,
        /// Empty.
        path: String,
        /// What to do.
        hint: String,
    },
}

impl ConsentError {
    fn broken() -> Self {
        ConsentError::Broken {
            code: "ENGINE_BROKEN".to_owned(),
            path: String::new(),
            hint: "keep everything closed, open a new engine and report the defect; nothing in storage is lost".to_owned(),
        }
    }
}

impl From<Error> for ConsentError {
    fn from(error: Error) -> Self {
        ConsentError::Policy { code: error.code().to_owned(), path: error.path().to_owned(), hint: error.hint().to_owned() }
    }
}

impl fmt::Display for ConsentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (ConsentError::Policy { code, path, hint } | ConsentError::Broken { code, path, hint }) = self;
        let at = if path.is_empty() { "" } else { " at " };
        write!(f, "{code}{at}{path}: {hint}")
    }
}

impl std::error::Error for ConsentError {}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = r#"{
        "site": "shop.example", "version": 1, "withdrawalUrl": "https://shop.example/privacy",
        "controllers": [{ "id": "shop", "name": "Shop" }],
        "purposes": [{ "id": "analytics" }],
        "texts": { "en": { "analytics.name": "Measure visits", "analytics.text": "Counts pages." } }
    }"#;

    #[test]
    fn an_engine_that_broke_in_the_middle_answers_no_more_and_does_not_panic() {
        let engine = ConsentEngine::open(POLICY).expect("a good policy");
        let open = || Event::Open { context: Default::default(), stored: Default::default() };
        assert!(engine.handle(open(), Env::default()).is_ok());
        assert!(engine.snapshot().is_some());

        let breaking = std::thread::scope(|scope| {
            scope
                .spawn(|| {
                    let _guard = engine.engine.lock();
                    panic!("a defect, made for this test");
                })
                .join()
        });
        assert!(breaking.is_err());

        assert_eq!(engine.handle(open(), Env::default()), Err(ConsentError::broken()));
        assert_eq!(engine.snapshot(), None, "nothing is granted by an engine that is broken");
    }

    #[test]
    fn an_error_says_where_and_what_to_do() {
        let error = ConsentEngine::open(&POLICY.replace("purposes", "porpoises")).expect_err("an unknown field");
        let text = error.to_string();
        assert!(text.starts_with("POLICY_INVALID at porpoises: "), "{text}");
    }

    #[test]
    fn only_the_macros_write_unsafe_code() {
        let sources = [
            include_str!("engine.rs"),
            include_str!("mirror/evaluate.rs"),
            include_str!("mirror/input.rs"),
            include_str!("mirror/output.rs"),
            include_str!("mirror/view.rs"),
        ];
        let keyword = ["un", "safe "].concat();
        for source in sources {
            assert!(source.lines().all(|line| line.contains("fn only_the_macros") || !line.contains(&keyword)));
        }
    }
}

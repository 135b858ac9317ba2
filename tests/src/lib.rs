//! Runs vectors: files of events and expected effects that every language runs.
//!
//! `tests/vectors/README.md` describes the form. A vector is data from outside the code: its expected values
//! come from the citation it names, or from a tool that shares nothing with the core.

mod pattern;
mod vector;

use std::path::{Path, PathBuf};

use consentkit_core::Engine;
use consentkit_core::plan::Plan;
use consentkit_core::policy::{self, Policy};
use consentkit_core::protocol::{Effect, Env, Event};
use consentkit_core::regime::{self, RuleSet};
use serde_json::Value;

use pattern::Bindings;
use vector::{Expected, File, Step, Vector};

/// The examples of the README, run as doctests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// The outcome of one vector: its name, and what went wrong.
#[derive(Debug)]
pub struct Outcome {
    /// File and vector.
    pub name: String,
    /// `None` when it passed.
    pub problem: Option<String>,
}

/// Every vector file below a folder, sorted; the manifest is none.
///
/// # Errors
/// When a folder cannot be read.
pub fn find(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(find(&path)?);
        } else if path.extension().is_some_and(|it| it == "json") && path.file_name().is_some_and(|it| it != "manifest.json") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Runs all vectors of a file. A file that cannot be read is one failed vector.
#[must_use]
pub fn run(path: &Path) -> Vec<Outcome> {
    let name = path.file_stem().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
    let file = match read(path) {
        Ok(file) => file,
        Err(problem) => return vec![Outcome { name, problem: Some(problem) }],
    };
    let outcome =
        |vector: &Vector| Outcome { name: format!("{name}: {}", vector.name), problem: run_vector(&file, path, vector, drop).err() };
    file.vectors.iter().map(outcome).collect()
}

/// One step of a vector as the engine met it.
#[derive(Debug)]
pub struct Played {
    /// The policy of the engine.
    pub policy: Policy,
    /// The moment.
    pub now: u64,
    /// What happened.
    pub event: Event,
    /// What came of it.
    pub effects: Vec<Effect>,
}

/// Everything that happens in the vectors of a file, for tools that want events as they come in life.
///
/// # Errors
/// When the file cannot be read, or a vector fails.
pub fn play(path: &Path) -> Result<Vec<Played>, String> {
    let file = read(path)?;
    let mut played = Vec::new();
    for vector in &file.vectors {
        run_vector(&file, path, vector, |step| played.push(step))?;
    }
    Ok(played)
}

fn read(path: &Path) -> Result<File, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    serde_json::from_str(&text).map_err(|error| error.to_string())
}

fn run_vector(file: &File, path: &Path, vector: &Vector, mut tell: impl FnMut(Played)) -> Result<(), String> {
    let mut bindings = Bindings::default();
    let mut engine = None;
    for (index, step) in vector.steps.iter().enumerate() {
        let at = |problem: String| format!("step {}: {problem}", index + 1);
        // A step may change the policy, as a site does between two visits.
        if engine.is_none() || step.policy.is_some() {
            let policy = policy_of(file, path, step.policy.as_ref()).map_err(at)?;
            engine = Some((engine_for(file, &policy).map_err(at)?, policy));
        }
        let Some((engine, policy)) = engine.as_mut() else { continue };
        let (event, effects) = run_step(engine, step, &mut bindings).map_err(at)?;
        tell(Played { policy: policy.clone(), now: step.now, event, effects });
    }
    Ok(())
}

fn run_step(engine: &mut Engine, step: &Step, bindings: &mut Bindings) -> Result<(Event, Vec<Effect>), String> {
    let expected = step.expected()?;
    let event = bindings.fill(&step.event)?;
    let event = pattern::strictly(event)?;
    let effects = engine.handle(event.clone(), Env { now: step.now, entropy: step.entropy()? });
    let told: Result<Vec<Value>, _> = effects.iter().map(serde_json::to_value).collect();
    let told = told.map_err(|error| error.to_string())?;
    match expected {
        Expected::All(patterns) => bindings.compare(&Value::Array(patterns.to_vec()), &Value::Array(told))?,
        Expected::Among { includes, never } => {
            bindings.includes(includes, &told)?;
            bindings.never(never, &told)?;
        }
    }
    Ok((event, effects))
}

fn engine_for(file: &File, policy: &Policy) -> Result<Engine, String> {
    let rules = match &file.rules {
        None => RuleSet::bundled(),
        Some(rules) => regime::read("test", rules.tables()),
    };
    rules.and_then(|rules| Plan::compile(policy, &rules)).and_then(Engine::new).map_err(|error| error.to_string())
}

/// The file's policy, with the members that a step names replaced.
fn policy_of(file: &File, path: &Path, changed: Option<&Value>) -> Result<Policy, String> {
    let mut source = match &file.policy_file {
        Some(name) => {
            let text = std::fs::read_to_string(path.with_file_name(name)).map_err(|error| format!("{name}: {error}"))?;
            serde_json::from_str(&text).map_err(|error| error.to_string())?
        }
        None => file.policy.clone(),
    };
    if let (Some(source), Some(changed)) = (source.as_object_mut(), changed.and_then(Value::as_object)) {
        source.extend(changed.clone());
    }
    policy::parse(&source.to_string()).map_err(|error| error.to_string())
}

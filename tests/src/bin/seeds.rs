//! `cargo run -q -p conformance --bin seeds -- FOLDER` writes what a fuzzer begins with, made from all vectors: one folder for
//! each target of `tests/fuzz`, whose files say what form the target reads.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use consentkit_core::id::{self, Id};
use consentkit_core::plan::Plan;
use consentkit_core::policy::Policy;
use consentkit_core::protocol::{Context, Effect, Event, Outcome, Stored};
use consentkit_core::receipt::{Evidence, Facts};
use consentkit_core::regime::RuleSet;
use serde_json::Value;

/// Between the fields of a seed.
const BETWEEN: u8 = 0xff;
/// Laws of the plans that become seeds. With all of them a plan is longer than what a fuzzer likes to change.
const PLACES: [&str; 3] = ["DE", "US-CA", "*"];
/// The statuses that the target `outcome` knows by a number, in its order, and its words.
const STATUSES: [u32; 15] = [200, 200, 200, 201, 204, 302, 400, 401, 404, 413, 422, 429, 500, 503, 0];
const WORDS: [&str; 5] = ["stored", "duplicate", "erased", "later", "quarantine"];

type Seeds = BTreeMap<&'static str, Vec<Vec<u8>>>;

fn main() -> ExitCode {
    let Some(folder) = std::env::args().nth(1).map(PathBuf::from) else {
        eprintln!("name a folder");
        return ExitCode::FAILURE;
    };
    match gather().and_then(|seeds| write(&folder, &seeds)) {
        Ok(count) => {
            println!("{count} seeds in {}", folder.display());
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn gather() -> Result<Seeds, String> {
    let files = conformance::find(&Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors")).map_err(|error| error.to_string())?;
    let rules = RuleSet::bundled().map_err(|error| error.to_string())?;
    let mut seeds = Seeds::new();
    for file in &files {
        let mut answers = Vec::new();
        let mut last = None;
        for step in conformance::play(file)? {
            if last.as_ref() != Some(&step.policy) {
                of_policy(&mut seeds, &step.policy, &rules)?;
                last = Some(step.policy);
            }
            match &step.event {
                Event::Open { context, stored } => add(&mut seeds, "stored", of_stored(context, stored, step.now)?),
                Event::Sent { outcome, .. } => {
                    add(&mut seeds, "outcome", of_outcome(outcome));
                    answers.extend(of_outcome(outcome));
                }
                _ => {}
            }
            for effect in step.effects {
                if let (Effect::Save { record }, Some(policy)) = (&effect, &last) {
                    of_record(&mut seeds, &record.bytes, policy)?;
                }
                of_effect(&mut seeds, effect);
            }
        }
        if !answers.is_empty() {
            add(&mut seeds, "outcome", answers);
        }
    }
    of_log(&mut seeds)?;
    Ok(seeds)
}

fn add(seeds: &mut Seeds, target: &'static str, seed: Vec<u8>) {
    seeds.entry(target).or_default().push(seed);
}

fn of_policy(seeds: &mut Seeds, policy: &Policy, rules: &RuleSet) -> Result<(), String> {
    add(seeds, "policy", serde_json::to_vec(policy).map_err(|error| error.to_string())?);
    let mut plan = Plan::compile(policy, rules).map_err(|error| error.to_string())?;
    plan.laws.retain(|law| PLACES.iter().any(|place| law.lists(place)));
    add(seeds, "plan", id::decode(&plan.to_text()).unwrap_or_default());
    Ok(())
}

/// The receipt of a record, with the facts of its policy.
fn of_record(seeds: &mut Seeds, bytes: &str, policy: &Policy) -> Result<(), String> {
    let facts = Facts::of(policy).to_text().map_err(|error| error.to_string())?;
    let evidence = Evidence { policy: Some(facts.clone()), ..Evidence::of(id::decode(bytes).unwrap_or_default()) };
    add(seeds, "receipt", evidence.receipt().map_err(|error| error.to_string())?.into_bytes());
    add(seeds, "receipt", facts.into_bytes());
    Ok(())
}

/// What another program has signed and proved: key, an earlier checkpoint, and a proof with a later one.
#[allow(clippy::indexing_slicing, reason = "of a JSON value it gives null for what is not there")]
fn of_log(seeds: &mut Seeds) -> Result<(), String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/backend/tests/log-vectors/vectors.json");
    let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let log: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let checkpoint = |size: &Value| log["checkpoints"][size.as_u64().unwrap_or_default() as usize].as_str().unwrap_or_default();
    for (name, number, size, before) in [("inclusions", "index", "size", "size"), ("consistencies", "new", "new", "old")] {
        for it in log[name].as_array().into_iter().flatten() {
            let path: Vec<&str> = it["path"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let path: String = path.iter().map(|hash| format!("{hash}\n")).collect();
            let proof = format!("c2sp.org/tlog-proof@v1\nindex {}\n{path}\n{}", it[number], checkpoint(&it[size]));
            let fields = [log["key"].as_str().unwrap_or_default(), checkpoint(&it[before]), &proof];
            add(seeds, "proof", fields.map(str::as_bytes).join(&BETWEEN));
        }
    }
    Ok(())
}

fn of_effect(seeds: &mut Seeds, effect: Effect) {
    match effect {
        Effect::Save { record } => {
            add(seeds, "record", id::decode(&record.bytes).unwrap_or_default());
            // The same as another page finds it.
            let mut found = of_context(&Context { region: "DE".into(), ..Context::default() }, "", "", 1_795_424_400_000);
            found.extend([BETWEEN, if record.acked { b'a' } else { b'r' }]);
            found.extend(record.bytes.into_bytes());
            add(seeds, "stored", found);
        }
        Effect::Cookie { value, .. } => add(seeds, "cookie", value.into_bytes()),
        Effect::Outbox { state, .. } if !state.is_empty() => add(seeds, "outbox", state.into_bytes()),
        _ => {}
    }
}

fn of_context(context: &Context, cookie: &str, outbox: &str, now: u64) -> Vec<u8> {
    let Context { region, residence, signals, age, account } = context;
    let (signals, now) = (signals.join(","), now.to_string());
    let fields: [&str; 8] = [region, residence, &signals, age, account, cookie, outbox, &now];
    fields.map(str::as_bytes).join(&BETWEEN)
}

fn of_stored(context: &Context, stored: &Stored, now: u64) -> Result<Vec<u8>, String> {
    let mut seed = of_context(context, &stored.cookie, &stored.outbox, now);
    for record in &stored.records {
        let own = id::decode(&record.bytes).is_some_and(|bytes| Id::of(&bytes).to_text() == record.id);
        seed.push(BETWEEN);
        match (own, record.acked) {
            (true, true) => seed.push(b'a'),
            (true, false) => seed.push(b'r'),
            _ => seed.extend(format!("x{} ", record.id).into_bytes()),
        }
        seed.extend(record.bytes.as_bytes());
    }
    for intent in &stored.intents {
        seed.extend([BETWEEN, b'i']);
        seed.extend(serde_json::to_vec(intent).map_err(|error| error.to_string())?);
    }
    Ok(seed)
}

/// In the form of the target: it reads a batch's answer byte by byte.
fn of_outcome(outcome: &Outcome) -> Vec<u8> {
    let status = STATUSES.iter().position(|it| *it == outcome.status).unwrap_or_default() as u8;
    let mut bytes = vec![status];
    bytes.extend(((outcome.retry_after >> status).min(0xffff) as u16).to_be_bytes());
    bytes.push(outcome.results.len().min(5) as u8);
    for (place, result) in outcome.results.iter().take(5).enumerate() {
        bytes.extend([place as u8, WORDS.iter().position(|it| *it == result.status).unwrap_or(WORDS.len()) as u8]);
    }
    bytes.push(outcome.wants.len().min(3) as u8);
    bytes.extend((0..outcome.wants.len().min(3)).map(|place| place as u8));
    // A while later.
    bytes.extend([1, 0xff, 0xff]);
    bytes
}

/// Each under the hash of its bytes, as fuzzers do.
fn write(folder: &Path, seeds: &Seeds) -> Result<usize, String> {
    let mut count = 0;
    for (target, list) in seeds {
        let folder = folder.join(target);
        let written = fs::remove_dir_all(&folder).or_else(|error| if folder.exists() { Err(error) } else { Ok(()) });
        written.and_then(|()| fs::create_dir_all(&folder)).map_err(|error| format!("{}: {error}", folder.display()))?;
        let mut names: Vec<(String, &Vec<u8>)> = list.iter().map(|seed| (Id::of(seed).to_text(), seed)).collect();
        names.sort();
        names.dedup();
        for (name, seed) in &names {
            fs::write(folder.join(name), seed).map_err(|error| format!("{name}: {error}"))?;
        }
        count += names.len();
    }
    Ok(count)
}

//! Power cuts: the files as they were synced, at many moments of a run, must hold everything that was acknowledged before.
//!
//! The server runs under strace and is killed and started again between, which leaves what it had not synced in the system's memory.
//! Its calls are then carried out on a [`Disk`], on which the power can be cut anywhere.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use consentkit_core::id::Id;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::disk::{Disk, Files, Left};
use crate::ledger::Ledger;
use crate::load::Load;
use crate::look::{Store, Wrong};
use crate::place::{Place, Programs};
use crate::trace::{self, Event, STRACE};

/// Connections that send; each of the many others would only make the trace longer.
const SENDERS: u64 = 4;

/// A life ends at a random moment after so many further records were acknowledged, and a newer checkpoint was given out.
const RECORDS_A_LIFE: usize = 400;

/// The longest that it then still lasts, in milliseconds.
const THEN: u64 = 40;

/// What is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) lives: u64,
    pub(crate) cuts: usize,
    pub(crate) seed: u64,
    pub(crate) plant: Option<String>,
}

/// Whether strace is there and may look at programs.
fn is_possible() -> bool {
    Command::new("strace").args(["-f", "-o", "/dev/null", "true"]).output().is_ok_and(|output| output.status.success())
}

/// Carries a plan out; what was counted, with `ok`.
pub(crate) async fn run(programs: &Programs, plan: &Plan) -> Result<Value> {
    ensure!(is_possible(), "strace is missing or may not look at programs here; `cargo xtask setup` installs it");
    let mut place = Place::at(programs, None, plan.plant.as_deref())?;
    let lives = record(&mut place, programs, plan).await?;
    let moments: usize = lives.iter().map(|life| life.events.len()).sum();
    let mut random = fastrand::Rng::with_seed(plan.seed);
    let chosen = choose(&lives, plan.cuts, &mut random);
    let mut disk = Disk::default();
    let mut answers = Answers::default();
    let mut cuts = Cuts { programs, place: &place, wrong: Wrong::default(), made: 0, at_stake: 0 };
    let (mut moment, mut unfinished) = (0, 0);
    for life in &lives {
        for event in &life.events {
            disk.happens(event)?;
            answers.hear(event);
            moment += 1;
            if chosen.contains(&moment) {
                cuts.cut(&disk, &answers, moment, &mut random).await?;
            }
        }
        disk.killed();
        let names: HashSet<PathBuf> = life.files.keys().cloned().collect();
        if disk.names().iter().any(|path| !names.contains(path)) {
            bail!("the trace has files that are not there");
        }
        unfinished += life.files.iter().map(|(path, bytes)| disk.found(path, bytes)).sum::<usize>();
    }
    // A call that was under way when the server was killed may explain one; more mean that the trace is not understood.
    if unfinished > lives.len() {
        bail!("{unfinished} files are not as the trace has them");
    }
    let enough = answers.acknowledged.len() >= RECORDS_A_LIFE && cuts.at_stake > 0;
    if !enough {
        println!("too little happened");
    }
    Ok(json!({
        "run": "power", "db": "sqlite", "seed": plan.seed, "lives": plan.lives, "moments": moments,
        "acknowledged": answers.acknowledged.len(), "cuts": cuts.made, "withUnsyncedWrites": cuts.at_stake, "unfinishedCalls": unfinished,
        "wrong": cuts.wrong, "plant": plan.plant, "ok": enough && cuts.wrong.is_nothing(),
    }))
}

/// What a server did until it was killed, and the files that it has left.
struct Life {
    events: Vec<Event>,
    files: Files,
}

async fn record(place: &mut Place, programs: &Programs, plan: &Plan) -> Result<Vec<Life>> {
    let ledger = Arc::new(Ledger::default());
    let mut random = fastrand::Rng::with_seed(!plan.seed);
    let mut load = Load::start(SENDERS, plan.seed, &ledger)?;
    let traces = programs.folder()?;
    let mut lives = Vec::new();
    for number in 0..plan.lives {
        let file = traces.path().join(number.to_string());
        let words = STRACE.iter().map(ToString::to_string);
        place.program.before = words.chain(["-o".into(), file.display().to_string(), "--".into()]).collect();
        let mut server = place.program.start().await?;
        let reached = || {
            let entries = ledger.entries();
            (entries.acknowledged.len(), entries.head.as_ref().map_or(0, |head| head.size))
        };
        let before = reached();
        load.go(server.address);
        while reached().0 < before.0 + RECORDS_A_LIFE || reached().1 == before.1 {
            tokio::time::sleep(Duration::from_millis(5)).await;
            if let Some(problem) = load.problem() {
                bail!(problem);
            }
            ensure!(server.is_alive(), "the server has ended by itself");
        }
        tokio::time::sleep(Duration::from_micros(random.u64(..THEN * 1_000))).await;
        server.kill().await?;
        load.hold();
        let events = trace::read(&fs::read_to_string(file)?, place.folder())?;
        lives.push(Life { events, files: files(place.folder())? });
    }
    Ok(lives)
}

/// Every file that belongs to the database.
fn files(folder: &Path) -> Result<Files> {
    let mut found = Files::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if trace::counts(&path) {
            found.insert(path.clone(), fs::read(&path)?);
        }
    }
    Ok(found)
}

/// Answers of a server that has just started, after each of which the power is cut: it may speak of what the one before it has written and
/// not synced.
const FIRST_ANSWERS: usize = 4;

/// Moments to cut the power at: half of them anywhere, half right after an answer, and all right after a server's first ones.
fn choose(lives: &[Life], count: usize, random: &mut fastrand::Rng) -> HashSet<usize> {
    let mut answers = Answers::default();
    let (mut first, mut after, mut moments) = (Vec::new(), Vec::new(), 0);
    for life in lives {
        let heard: Vec<usize> =
            life.events.iter().zip(moments + 1..).filter(|(event, _)| answers.hear(event)).map(|(_, moment)| moment).collect();
        first.extend(heard.iter().take(FIRST_ANSWERS));
        after.extend(heard);
        moments += life.events.len();
    }
    random.shuffle(&mut after);
    let anywhere = (0..count / 2).map(|_| random.usize(1..=moments));
    anywhere.chain(after.iter().copied().take(count.div_ceil(2))).chain(first).collect()
}

/// What has left the server so far.
#[derive(Debug, Default)]
struct Answers {
    acknowledged: HashSet<Id>,
    /// The size of the largest checkpoint.
    head: u64,
    /// An answer may leave in several pieces.
    tails: HashMap<u32, String>,
}

impl Answers {
    /// Whether something was acknowledged.
    fn hear(&mut self, event: &Event) -> bool {
        let Event::Sent(through, bytes) = event else { return false };
        let tail = self.tails.entry(*through).or_default();
        tail.push_str(&String::from_utf8_lossy(bytes));
        let before = self.acknowledged.len();
        while let Some((_, rest)) = tail.split_once(r#"{"id":""#) {
            let Some((id, rest)) = rest.split_once(r#"","status":""#) else { break };
            let Some((status, rest)) = rest.split_once('"') else { break };
            if let Some(id) = Id::from_text(id).filter(|_| ["stored", "duplicate"].contains(&status)) {
                self.acknowledged.insert(id);
            }
            *tail = rest.to_owned();
        }
        if let Some(size) = tail.split_once("consentkit.invalid/default\n").and_then(|(_, rest)| rest.split_once('\n')) {
            self.head = self.head.max(size.0.parse().unwrap_or_default());
            tail.clear();
        }
        self.acknowledged.len() > before
    }
}

struct Cuts<'a> {
    programs: &'a Programs,
    place: &'a Place,
    wrong: Wrong,
    made: usize,
    /// Cuts at which something had not been synced.
    at_stake: usize,
}

impl Cuts<'_> {
    async fn cut(&mut self, disk: &Disk, answers: &Answers, moment: usize, random: &mut fastrand::Rng) -> Result<()> {
        let more: &[Left] = if disk.unsynced() == 0 { &[] } else { &[Left::Beginning, Left::Any] };
        self.at_stake += usize::from(disk.unsynced() > 0);
        for left in [Left::Nothing].iter().chain(more) {
            let folder = self.programs.folder()?;
            write(&disk.cut(*left, random), self.place.folder(), &folder)?;
            let (wrong, problem) = self.check(answers, &folder).await?;
            if !wrong.is_nothing() && self.wrong.is_nothing() {
                println!("the power was cut after {moment} calls, and of what was not synced was left: {left:?}");
                println!("{} {}", serde_json::to_string(&wrong)?, problem.unwrap_or_default());
            }
            self.wrong.add(&wrong);
            self.made += 1;
        }
        Ok(())
    }

    /// As an operator would look, with the power back.
    async fn check(&self, answers: &Answers, folder: &TempDir) -> Result<(Wrong, Option<String>)> {
        let db = folder.path().join("records.sqlite");
        if !db.exists() {
            return Ok((Wrong { lost: answers.acknowledged.len(), ..Wrong::default() }, None));
        }
        let mut program = self.place.program.clone();
        (program.folder, program.db, program.plant) = (folder.path().to_owned(), db.display().to_string(), None);
        let mut problem = program.verify().await?.err();
        let seen = Store::Sqlite(db).look().await.context("the file cannot be read");
        let Ok(seen) = seen else { return Ok((Wrong { failed: 1, ..Wrong::default() }, problem)) };
        if seen.size < answers.head {
            problem.get_or_insert(format!("the log has {} leaves, and {} were given out", seen.size, answers.head));
        }
        let lost = answers.acknowledged.difference(&seen.ids).count();
        let failed = usize::from(problem.is_some());
        Ok((Wrong { lost, twice: seen.twice, refused: seen.refused, failed, ..Wrong::default() }, problem))
    }
}

/// Puts files of one folder into another.
fn write(files: &Files, from: &Path, to: &TempDir) -> Result<()> {
    for (path, bytes) in files {
        let path = to.path().join(path.strip_prefix(from)?);
        fs::create_dir_all(path.parent().context("no folder")?)?;
        fs::write(path, bytes)?;
    }
    Ok(())
}

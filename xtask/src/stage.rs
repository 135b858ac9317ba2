//! A stage of the tests: what it runs, and how it counts what its program says.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

/// What came out of a stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
}

impl Tally {
    /// A stage that is one check.
    pub(crate) fn one(fine: bool) -> Self {
        Self { passed: usize::from(fine), failed: usize::from(!fine), skipped: 0 }
    }

    /// One check that cannot be made here, said so that nobody takes it for made.
    pub(crate) fn skipped(why: &str) -> Self {
        println!("skipped: {why}");
        Self { skipped: 1, ..Self::default() }
    }
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// Runs a program, shows what it says, and counts. A program that fails without a failed test has failed once.
pub(crate) fn counted(command: &mut Command, count: fn(&str) -> Option<Tally>) -> Result<Tally> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start {command:?}"))?;
    let mut tally = Tally::default();
    for line in BufReader::new(child.stdout.take().context("no output")?).lines() {
        let line = line?;
        println!("{line}");
        if let Some(found) = count(&line) {
            tally += found;
        }
    }
    if !child.wait()?.success() && tally.failed == 0 {
        tally.failed = 1;
    }
    Ok(tally)
}

/// `test result: ok. 12 passed; 0 failed; 1 ignored; …` of cargo.
pub(crate) fn of_cargo(line: &str) -> Option<Tally> {
    let rest = line.trim().strip_prefix("test result:")?;
    Some(Tally { passed: before(rest, " passed")?, failed: before(rest, " failed")?, skipped: before(rest, " ignored")? })
}

/// `12 passed, 0 failed` of our runners.
pub(crate) fn of_vectors(line: &str) -> Option<Tally> {
    let (passed, failed) = line.trim().strip_suffix(" failed")?.split_once(" passed, ")?;
    Some(Tally { passed: passed.parse().ok()?, failed: failed.parse().ok()?, skipped: 0 })
}

/// `# pass 12` or `ℹ pass 12`, then `fail` and `skipped`, of node's test runner.
pub(crate) fn of_node(line: &str) -> Option<Tally> {
    let (word, number) = line.trim().trim_start_matches(['#', 'ℹ', ' ']).split_once(' ')?;
    let number = number.parse().ok()?;
    match word {
        "pass" => Some(Tally { passed: number, ..Tally::default() }),
        "fail" => Some(Tally { failed: number, ..Tally::default() }),
        "skipped" => Some(Tally { skipped: number, ..Tally::default() }),
        _ => None,
    }
}

/// `Tests run: 12, Failures: 0, Errors: 0, Skipped: 0` of Maven: its last line, without a class name.
pub(crate) fn of_maven(line: &str) -> Option<Tally> {
    let numbers = line.split_once("Tests run:").filter(|_| !line.contains("Time elapsed"))?.1;
    let mut numbers = numbers.split([',', ':']).filter_map(|word| word.trim().parse::<usize>().ok());
    let (run, failures, errors, skipped) = (numbers.next()?, numbers.next()?, numbers.next()?, numbers.next()?);
    Some(Tally { passed: run.checked_sub(failures + errors + skipped)?, failed: failures + errors, skipped })
}

fn before(text: &str, word: &str) -> Option<usize> {
    text.split_once(word)?.0.rsplit(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_runner_is_understood() {
        let some = |passed, failed, skipped| Some(Tally { passed, failed, skipped });
        assert_eq!(of_cargo("test result: ok. 12 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out"), some(12, 1, 2));
        assert_eq!(of_vectors("12 passed, 1 failed"), some(12, 1, 0));
        assert_eq!(of_vectors("all is well"), None);
        assert_eq!(of_node("# pass 12"), some(12, 0, 0));
        assert_eq!(of_node("ℹ fail 2"), some(0, 2, 0));
        assert_eq!(of_node("# duration_ms 12"), None);
        assert_eq!(of_maven("[INFO] Tests run: 5, Failures: 1, Errors: 1, Skipped: 1"), some(2, 2, 1));
        assert_eq!(of_maven("[INFO] Tests run: 5, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 1 s - in VectorTest"), None);
    }
}

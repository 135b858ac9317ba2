//! `cargo run -q -p conformance -- FILE…` runs vector files; without any, all of `tests/vectors`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut files: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    if files.is_empty() {
        files = conformance::find(&Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors")).unwrap_or_default();
    }
    let outcomes: Vec<_> = files.iter().flat_map(|file| conformance::run(file)).collect();
    let failed = outcomes.iter().filter(|outcome| outcome.problem.is_some()).count();
    for outcome in &outcomes {
        if let Some(problem) = &outcome.problem {
            println!("FAILED {}\n       {problem}", outcome.name);
        }
    }
    println!("{} passed, {failed} failed", outcomes.len() - failed);
    if failed > 0 || outcomes.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

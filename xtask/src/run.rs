//! Running other programs, and saying what takes long.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// Where cargo builds, also when the environment moves it.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// A command in a folder of the repository.
pub(crate) fn command(program: impl AsRef<OsStr>, folder: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root().join(folder));
    command
}

/// The cargo that runs this task.
pub(crate) fn cargo() -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), ".")
}

/// A tool that `npm ci` has put into `js/node_modules`.
pub(crate) fn npm_tool(name: &str) -> Command {
    command(root().join("js/node_modules/.bin").join(name), "js")
}

/// Runs a command whose output is only of interest when it fails.
pub(crate) fn quiet(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| cannot_start(command))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        bail!("{command:?} failed\n{text}{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(text)
}

/// Runs a command in the foreground.
pub(crate) fn loud(command: &mut Command) -> Result<()> {
    let status = command.stdin(Stdio::null()).status().with_context(|| cannot_start(command))?;
    if !status.success() {
        bail!("{command:?} failed");
    }
    Ok(())
}

/// Whether a program is on the path.
pub(crate) fn has(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

/// Says what is being done, and afterwards how long it took.
pub(crate) fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("· {what} …");
    let start = Instant::now();
    let result = work().with_context(|| what.to_owned());
    let word = if result.is_ok() { "done" } else { "failed" };
    eprintln!("  {word} after {:.1} s", start.elapsed().as_secs_f32());
    result
}

fn cannot_start(command: &Command) -> String {
    format!("cannot start {:?}; `cargo xtask setup` installs what is needed", command.get_program())
}

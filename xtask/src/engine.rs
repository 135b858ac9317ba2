//! Builds the engine: cargo, wasm-bindgen, binaryen.
//!
//! | folder of `js/.engine` | is |
//! |---|---|
//! | `web` | the engine of sites with a build step: it runs what `npx consentkit build` has compiled |
//! | `page` | the engine of pages that compile their policy themselves: npm and the single file |
//! | `fallback` | the second as JavaScript, for every page whose CSP forbids WebAssembly |
//! | `node` | the command line's engine, with the tools for owners |
//!
//! The release form of what pages load builds the standard library too (`-Zbuild-std`, immediate abort),
//! which saves an eighth of the bytes. These are unstable flags of a pinned stable compiler; the fast form
//! does without, and without optimising across crates.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::glue;
use crate::lower;
use crate::run::{cargo, npm_tool, quiet, root, step, target};
use crate::shorten;

/// How much time a build may take.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// As it ships.
    Release,
    /// Soon: with the standard library as rustup delivers it. Larger, the same behaviour.
    Fast,
}

const TRIPLE: &str = "wasm32-unknown-unknown";

/// Between -Oz once and all of this lie 5 % of the bytes after compression, and a minute. Most of it is the first word:
/// what is called once is not moved into its caller, and so stays alike enough to compress well.
const SMALLEST: [&str; 7] = ["--one-caller-inline-max-function-size=20", "-Oz", "--flatten", "--rereloop", "-Oz", "-Oz", "--converge"];

const SECTIONS: [&str; 3] = ["--strip-debug", "--strip-producers", "--strip-target-features"];

/// What rustc may use by default, so that binaryen understands it. Browsers have had it for years.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Features of the crate: what runs a compiled policy, what compiles one in the page too, and Node's tools.
const DRIVER: &str = "driver";
const PAGE: &str = "driver,compile";
const TOOLS: &str = "tools";

/// Builds all four.
pub(crate) fn build(mode: Mode) -> Result<()> {
    step("engine for built sites", || web("web", DRIVER, mode))?;
    step("engine for pages without a build", || web("page", PAGE, mode))?;
    step("the same engine without WebAssembly", || fallback(mode))?;
    step("engine for Node", || node(mode))
}

fn web(name: &str, features: &str, mode: Mode) -> Result<()> {
    let wasm = compile(features, mode, &[])?;
    let out = folder(name)?;
    unless_current(&wasm, &out, mode, || {
        bindgen(wasm.clone()).web(true)?.omit_default_module_path(true).generate(&out)?;
        let glue_file = out.join("engine.js");
        fs::write(&glue_file, glue::for_pages(&fs::read_to_string(&glue_file)?)?)?;
        shorten::names(&out)?;
        let passes: &[&str] = if mode == Mode::Release { &SMALLEST } else { &["-Oz"] };
        optimise(&out.join("engine_bg.wasm"), passes)
    })
}

/// WebAssembly of its first version, which is what wasm2js reads. The fast form keeps the standard
/// library's newer instructions, and binaryen rewrites them.
fn fallback(mode: Mode) -> Result<()> {
    let wasm = compile(PAGE, mode, &["-Ctarget-cpu=mvp"])?;
    let out = folder("fallback")?;
    unless_current(&wasm, &out, mode, || {
        bindgen(lower::without_features(&wasm)?).bundler(true)?.generate(&out)?;
        let module = out.join("engine_bg.wasm");
        let passes: &[&str] = if mode == Mode::Release { &SMALLEST } else { &["-O1"] };
        optimise(&module, &[&lower::PASSES, passes].concat())?;
        let level = if mode == Mode::Release { "-Oz" } else { "-O1" };
        quiet(npm_tool("wasm2js").args([level, "-o"]).arg(out.join("engine_bg.wasm.js")).arg(&module))?;
        fs::remove_file(module)?;
        let glue = out.join("engine_bg.js");
        fs::write(&glue, lower::glue_for_grown_memory(&fs::read_to_string(&glue)?)?)?;
        fs::write(out.join("engine.js"), lower::ENTRY).map_err(Into::into)
    })
}

fn node(mode: Mode) -> Result<()> {
    let wasm = compile(TOOLS, mode, &[])?;
    let out = folder("node")?;
    unless_current(&wasm, &out, mode, || {
        bindgen(wasm.clone()).nodejs_module(true)?.generate(&out)?;
        optimise(&out.join("engine_bg.wasm"), &["-O2"])
    })
}

/// The module as cargo makes it.
fn compile(features: &str, mode: Mode, flags: &[&str]) -> Result<Vec<u8>> {
    let mut command = cargo();
    command.args(["build", "--quiet", "--package", "consentkit-wasm", "--profile", "engine", "--target", TRIPLE]);
    command.args(["--no-default-features", "--features", features]);
    // What is compiled by other flags lies elsewhere: it would be compiled anew each time.
    let folder = target().join(if features == TOOLS {
        "engine-tools"
    } else if flags.is_empty() {
        "engine-web"
    } else {
        "engine-mvp"
    });
    command.arg("--target-dir").arg(&folder);
    let mut flags: Vec<String> = flags.iter().map(|flag| (*flag).to_owned()).collect();
    flags.push("-Clink-arg=-zstack-size=65536".to_owned());
    // A quarter of the bytes of the unrolled form, for hashes of a few hundred bytes.
    flags.extend(["--cfg=sha2_backend=\"soft\"", "--cfg=sha2_backend_soft=\"compact\""].map(str::to_owned));
    flags.extend(places()?);
    if mode == Mode::Fast {
        command.envs([("CARGO_PROFILE_ENGINE_LTO", "off"), ("CARGO_PROFILE_ENGINE_CODEGEN_UNITS", "16")]);
    } else if features != TOOLS {
        command.args(["-Zpanic-immediate-abort", "-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"]);
        command.env("RUSTC_BOOTSTRAP", "1").env("CARGO_PROFILE_ENGINE_PANIC", "immediate-abort");
        // LLVM's own measure for what is small enough to be copied leaves two per cent more.
        flags.extend(["-Zlocation-detail=none", "-Zfmt-debug=none", "-Cllvm-args=--inline-threshold=20"].map(str::to_owned));
    }
    quiet(command.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}")))?;
    let built = folder.join(TRIPLE).join("engine/consentkit_wasm.wasm");
    fs::read(&built).with_context(|| format!("cannot read {}", built.display()))
}

/// Paths of this machine must not get into the module: two folders give the same bytes.
fn places() -> Result<Vec<String>> {
    let home = std::env::var("CARGO_HOME").or_else(|_| std::env::var("HOME").map(|home| home + "/.cargo"))?;
    let sysroot = quiet(Command::new("rustc").args(["--print", "sysroot"]).current_dir(root()))?;
    let mut places = vec![(root().display().to_string(), "/consentkit"), (sysroot.trim().to_owned(), "/rust")];
    // The name of a registry's folder is the name of its host.
    let registries = fs::read_dir(Path::new(&home).join("registry/src")).into_iter().flatten().flatten();
    places.extend(registries.map(|entry| (entry.path().display().to_string(), "/crates")));
    Ok(places.into_iter().map(|(from, to)| format!("--remap-path-prefix={from}={to}")).collect())
}

fn bindgen(wasm: Vec<u8>) -> Bindgen {
    let mut bindgen = Bindgen::new();
    bindgen.input_bytes("engine", wasm).typescript(true).remove_name_section(true).remove_producers_section(true);
    bindgen
}

fn optimise(module: &Path, passes: &[&str]) -> Result<()> {
    quiet(npm_tool("wasm-opt").arg(module).arg("-o").arg(module).args(FEATURES).args(passes).args(SECTIONS)).map(drop)
}

fn folder(name: &str) -> Result<PathBuf> {
    let folder = root().join("js/.engine").join(name);
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Skips what follows cargo when cargo has made the same bytes as before, in the same mode.
fn unless_current(wasm: &[u8], out: &Path, mode: Mode, work: impl FnOnce() -> Result<()>) -> Result<()> {
    let mark = out.with_extension("made-from");
    let mode = if mode == Mode::Release { b"r" } else { b"f" };
    let made_from = [wasm, mode].concat();
    if fs::read(&mark).is_ok_and(|before| before == made_from) {
        return Ok(());
    }
    fs::remove_file(&mark).ok();
    work()?;
    fs::write(mark, made_from).map_err(Into::into)
}

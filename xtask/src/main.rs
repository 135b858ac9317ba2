//! The verbs of this repository. `cargo xtask` lists them; CI calls the same ones.

mod bench;
mod cold;
mod compress;
mod crash;
mod demo;
mod engine;
mod faults;
mod fuzz;
mod gallery;
mod generate;
mod glue;
mod js;
mod lower;
mod run;
mod serve;
mod setup;
mod shorten;
mod size;
mod stage;
mod tamper;
mod test;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::engine::Mode;

const HELP: &str = "cargo xtask <verb>

  setup               install what the other verbs need: targets, npm packages, browsers
  build [--fast]      build the engine and the npm package (--fast: larger, but soon)
  demo [--port N]     build, start the receiving server and the example shop, print the address
  test [STAGE…]       run everything that can fail, or some stages of it
  size [--json]       bytes of everything that ships beside its budget; fails past one
  gallery             contact sheets of the interface as it was built, into target/gallery
  faults [--sessions N] [--seed S] [--plant FAULT]
                      people answer on devices on which everything fails: nothing may be lost (a million sessions)
  faults --replay SEED [--steps N] [--plant FAULT]
                      one session again, told step by step
  crash [kills] [--db sqlite|postgres] [--kills N] [--seed S] [--plant FAULT]
                      the receiving server is killed under load: nothing that it has acknowledged may be lost
  crash power | failover
                      the same when the power is cut, as strace has seen what was synced; when the primary PostgreSQL dies
  fuzz [--seconds N] [--target NAME [--input FILE]]
                      try made-up inputs on everything that the core reads, N seconds for each target
  bench rules         how long a decision takes, native and in WebAssembly
  bench web           what a page pays for the banner, beside four others from npm, in one Chromium
  bench backend [--quick] [--db sqlite|postgres] [--million]
                      how much the receiving server takes on this machine
  tamper [BODIES]     change every byte of so many stored bodies (10000); both verifiers of receipts must see it
  generate [--check]  write the files that are generated from the core, or check that they are current";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match dispatch(&words) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all is well; an error when a verb could not do its work.
fn dispatch(words: &[&str]) -> Result<bool> {
    match words {
        ["setup"] => setup::setup().map(|()| true),
        ["build"] => js::build(Mode::Release).map(|()| true),
        ["build", "--fast"] => js::build(Mode::Fast).map(|()| true),
        ["demo"] => demo::demo(0).map(|()| true),
        ["demo", "--port", port] => demo::demo(port.parse()?).map(|()| true),
        ["test", stages @ ..] => test::test(stages),
        ["size"] => size::size(false),
        ["size", "--json"] => size::size(true),
        ["gallery"] => gallery::gallery().map(|()| true),
        ["bench", "web"] => bench::web().map(|()| true),
        ["bench", "rules"] => bench::rules().map(|()| true),
        ["bench", "backend", options @ ..] => crash::bench(options).map(|()| true),
        ["crash", options @ ..] => crash::crash(options),
        ["tamper"] => tamper::tamper(10_000).map(|()| true),
        ["tamper", bodies] => tamper::tamper(bodies.parse()?).map(|()| true),
        ["faults", options @ ..] => faults::faults(options),
        ["fuzz", options @ ..] => fuzz::fuzz(options),
        ["generate"] => generate::generate(false),
        ["generate", "--check"] => generate::generate(true),
        [] | ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            Ok(true)
        }
        other => bail!("`{}` is no verb\n\n{HELP}", other.join(" ")),
    }
}

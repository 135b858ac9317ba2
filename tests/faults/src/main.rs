//! `faults [--sessions N] [--seed S] [--plant FAULT]`, and `faults --replay SEED [--steps N] [--plant FAULT]`.

use std::process::ExitCode;
use std::time::Instant;

use faults::plant::Plant;
use faults::run::{LONG, Plan, Report, replay, run, shortest};

/// What to do, as it was asked for.
struct Asked {
    plan: Plan,
    replay: Option<u64>,
    steps: Option<u32>,
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let asked = match read(&words) {
        Ok(asked) => asked,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::FAILURE;
        }
    };
    if let Some(seed) = asked.replay {
        let (trace, problem) = replay(seed, asked.steps, asked.plan.plant);
        trace.iter().for_each(|line| println!("{line}"));
        println!("{}", problem.as_ref().map_or("nothing broke".to_owned(), |problem| format!("{:?}: {}", problem.broken, problem.what)));
        return if problem.is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
    }
    let start = Instant::now();
    let report = run(asked.plan, |line| eprintln!("{line}"));
    explain(&report, asked.plan);
    // With a fault planted only finding it counts.
    let shortfalls = if asked.plan.plant.is_some() { Vec::new() } else { report.shortfalls() };
    shortfalls.iter().for_each(|line| println!("too little: {line}"));
    println!("{}", report.to_json(start.elapsed().as_secs_f64()));
    if report.problems.is_empty() && shortfalls.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn read(words: &[String]) -> Result<Asked, String> {
    let mut asked = Asked { plan: Plan { sessions: LONG, seed: 1, plant: None }, replay: None, steps: None };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let value = words.next().ok_or_else(|| format!("{word} wants a value"))?;
        let number = || value.parse::<u64>().map_err(|_| format!("{word} wants a number, not {value}"));
        match word.as_str() {
            "--sessions" => asked.plan.sessions = number()?,
            "--seed" => asked.plan.seed = number()?,
            "--replay" => asked.replay = Some(number()?),
            "--steps" => asked.steps = u32::try_from(number()?).ok(),
            "--plant" => asked.plan.plant = Some(Plant::of(value).ok_or_else(|| unknown(value))?),
            _ => return Err(format!("`{word}` is no option; there are --sessions, --seed, --plant, --replay and --steps")),
        }
    }
    Ok(asked)
}

fn unknown(name: &str) -> String {
    let names: Vec<&str> = Plant::ALL.iter().map(|(name, _)| *name).collect();
    format!("`{name}` is no fault to plant; there are {}", names.join(", "))
}

/// Says of each problem how to see it again; of the first, everything.
fn explain(report: &Report, plan: Plan) {
    let plant = plan.plant.map(|plant| format!(" --plant {}", plant.name())).unwrap_or_default();
    for (place, (seed, problem)) in report.problems.iter().enumerate() {
        let steps = shortest(*seed, plan.plant, problem.broken);
        if place == 0 {
            replay(*seed, steps, plan.plant).0.iter().for_each(|line| println!("{line}"));
        }
        let steps = steps.map(|steps| format!(" --steps {steps}")).unwrap_or_default();
        println!("{:?}: {}\n  again: cargo xtask faults --replay {seed}{steps}{plant}", problem.broken, problem.what);
    }
}

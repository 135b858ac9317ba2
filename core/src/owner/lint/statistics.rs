//! Statistics of one's own: the exemptions are narrow, and easily given away.

use super::{Hit, Rule, Severity, purposes};
use crate::policy::{Kind, Policy, Purpose, Service, Tracker};
use crate::time::Period;

/// The limits of CNIL 2020-091 for audience measurement without consent.
const TRACKERS: Period = Period::months(13);
const DATA: Period = Period::months(25);

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "statistics_facts",
        severity: Severity::Advice,
        citation: "CNIL 2020-091; PECR Sch. A1; PIPC on behavioural data; default matrix, row stats_fp",
        remedy: "state ownUse, aggregated and solePurpose where they are true: without them everybody is asked",
        find: facts,
    },
    Rule {
        name: "statistics_kept_short",
        severity: Severity::Warning,
        citation: "CNIL 2020-091: data at most 25 months",
        remedy: "keep the data for P25M at most and say so, or expect to ask in France, Italy, Spain and the Netherlands",
        find: kept,
    },
    Rule {
        name: "statistics_trackers_short",
        severity: Severity::Warning,
        citation: "CNIL 2020-091: trackers at most 13 months",
        remedy: "let the tracker live for P13M at most and say so, or expect to ask in France, Italy, Spain and the Netherlands",
        find: trackers,
    },
    Rule {
        name: "sole_purpose",
        severity: Severity::Error,
        citation: "PECR Sch. A1 as inserted by the DUAA 2025; ICO guidance of April 2026",
        remedy: "give the other purpose a tracker of its own, or take solePurpose back",
        find: sole,
    },
];

/// Purposes that claim to be the operator's own aggregated statistics.
fn claiming(policy: &Policy) -> impl Iterator<Item = (String, &Purpose)> {
    let claims = |purpose: &Purpose, kinds: &[Kind]| kinds.contains(&Kind::StatsFp) && purpose.facts.own_use && purpose.facts.aggregated;
    purposes(policy).filter(move |(_, purpose, kinds)| claims(purpose, kinds)).map(|(path, purpose, _)| (path, purpose))
}

/// Every tracker of the services that need a purpose.
fn of<'a>(policy: &'a Policy, purpose: &'a Purpose) -> impl Iterator<Item = (String, &'a Service, &'a Tracker)> {
    let services = policy.services.iter().enumerate().filter(|(_, service)| service.needs.contains(&purpose.id));
    services.flat_map(|(at, service)| {
        service.trackers.iter().enumerate().map(move |(index, tracker)| (format!("services[{at}].trackers[{index}]"), service, tracker))
    })
}

fn facts(policy: &Policy) -> Vec<Hit> {
    let own = purposes(policy).filter(|(_, _, kinds)| kinds.contains(&Kind::StatsFp));
    let silent = own.filter_map(|(path, purpose, _)| {
        let facts =
            [("ownUse", purpose.facts.own_use), ("aggregated", purpose.facts.aggregated), ("solePurpose", purpose.facts.sole_purpose)];
        let missing: Vec<&str> = facts.iter().filter(|(_, stated)| !stated).map(|(name, _)| *name).collect();
        let finding = || format!("\"{}\" is own statistics and does not state {}", purpose.id, missing.join(", "));
        (!missing.is_empty()).then(|| (format!("{path}.facts"), finding()))
    });
    silent.collect()
}

fn over(period: Option<Period>, limit: Period) -> bool {
    period.is_none_or(|period| period.about_days() > limit.about_days())
}

fn kept(policy: &Policy) -> Vec<Hit> {
    let long = claiming(policy).flat_map(|(path, purpose)| {
        // What is not stated at all is named by `retention_stated`.
        let data = purpose.data.iter().enumerate().filter(|(_, data)| data.retention.is_some() && over(data.retention, DATA));
        data.map(move |(index, data)| {
            (format!("{path}.data[{index}].retention"), format!("\"{}\" is kept longer than 25 months", data.category))
        })
    });
    long.collect()
}

fn trackers(policy: &Policy) -> Vec<Hit> {
    let all = claiming(policy).flat_map(|(_, purpose)| of(policy, purpose));
    let long = all.filter(|(_, _, tracker)| over(tracker.lifetime, TRACKERS));
    long.map(|(path, _, tracker)| {
        (format!("{path}.lifetime"), format!("\"{}\" lives longer than 13 months, or nothing says how long", tracker.name))
    })
    .collect()
}

/// A tracker that claims one purpose and serves another: through its own service, or through one that sets the same.
fn sole(policy: &Policy) -> Vec<Hit> {
    let mut found = Vec::new();
    for purpose in policy.purposes.iter().filter(|purpose| purpose.facts.sole_purpose) {
        let elsewhere = |service: &Service| service.needs.iter().any(|need| need.split('/').next() != Some(&purpose.id));
        for (path, service, tracker) in of(policy, purpose) {
            let same = |it: &Tracker| (&it.name, &it.host, it.kind) == (&tracker.name, &tracker.host, tracker.kind);
            let other =
                policy.services.iter().find(|other| elsewhere(other) && (other.id == service.id || other.trackers.iter().any(same)));
            let finding = |other: &Service| format!("\"{}\" also serves another purpose, through \"{}\"", tracker.name, other.id);
            found.extend(other.map(|other| (path.clone(), finding(other))));
        }
    }
    found
}

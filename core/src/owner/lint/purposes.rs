//! What a purpose says of itself: specific, with its data, for a time.

use super::{Hit, Rule, Severity, optional, purposes};
use crate::policy::{Kind, Policy};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "purpose_specific",
        severity: Severity::Warning,
        citation: "GDPR recitals 32 and 43, art. 7(2); EDPB guidelines 05/2020 (granularity); PIPL art. 14",
        remedy: "make a purpose of each aim, so that each can be answered on its own",
        find: specific,
    },
    Rule {
        name: "sensitive_alone",
        severity: Severity::Warning,
        citation: "PIPL art. 29; GB/T 42574-2023 (separate consent); GDPR art. 9(2)(a)",
        remedy: "move the sensitive data into a purpose of its own: its separate yes must not be the price of the rest",
        find: sensitive,
    },
    Rule {
        name: "data_stated",
        severity: Severity::Warning,
        citation: "GDPR art. 13; ISO/IEC TS 27560 (pii_type is mandatory)",
        remedy: "list the kinds of data under data",
        find: data,
    },
    Rule {
        name: "retention_stated",
        severity: Severity::Warning,
        citation: "GDPR art. 13(2)(a); ISO/IEC TS 27560 (retention_period is mandatory)",
        remedy: "write how long it is kept, for example P13M",
        find: retention,
    },
    Rule {
        name: "no_pre_selection",
        severity: Severity::Error,
        citation: "CJEU C-673/17 (Planet49); ePrivacy Directive art. 5(3)",
        remedy: "let each tracker be set by services that need the same purposes: what always runs must not leave what needs a yes",
        find: always_on,
    },
];

/// Aims that people tell apart. What only says how data is used (sensitive, precise, abroad, to others) has none.
fn aim(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::StatsFp | Kind::StatsOther => "statistics",
        Kind::Personalisation => "personalisation",
        Kind::AdsContextual | Kind::AdsTargeted | Kind::SaleShare => "advertising",
        Kind::EMarketing => "messages",
        Kind::AiTrain => "training of models",
        Kind::AutomatedDecision => "automated decisions",
        _ => return None,
    })
}

fn specific(policy: &Policy) -> Vec<Hit> {
    let mixed = purposes(policy).filter_map(|(path, purpose, kinds)| {
        let mut aims: Vec<&str> = kinds.into_iter().filter_map(aim).collect();
        aims.sort_unstable();
        aims.dedup();
        (aims.len() > 1).then(|| (format!("{path}.kinds"), format!("one answer to \"{}\" covers {}", purpose.id, aims.join(" and "))))
    });
    mixed.collect()
}

fn sensitive(policy: &Policy) -> Vec<Hit> {
    let marked = |id: &str| policy.data_categories.iter().any(|it| it.id == id && it.sensitive);
    let mixed = purposes(policy).filter_map(|(path, purpose, _)| {
        let at = purpose.data.iter().position(|data| marked(&data.category))?;
        let others = purpose.data.iter().any(|data| !marked(&data.category));
        let category = purpose.data.get(at).map(|data| data.category.as_str()).unwrap_or_default();
        let finding = || format!("the sensitive data \"{category}\" shares one answer with other data");
        others.then(|| (format!("{path}.data[{at}]"), finding()))
    });
    mixed.collect()
}

fn data(policy: &Policy) -> Vec<Hit> {
    let silent = purposes(policy).filter(|(_, purpose, _)| optional(policy, purpose) && purpose.data.is_empty());
    silent.map(|(path, purpose, _)| (format!("{path}.data"), format!("nothing says which data \"{}\" uses", purpose.id))).collect()
}

fn retention(policy: &Policy) -> Vec<Hit> {
    let asked = purposes(policy).filter(|(_, purpose, _)| optional(policy, purpose));
    let open = asked.flat_map(|(path, purpose, _)| {
        let data = purpose.data.iter().enumerate().filter(|(_, data)| data.retention.is_none());
        data.map(move |(index, data)| {
            let finding = format!("nothing says how long \"{}\" is kept for \"{}\"", data.category, purpose.id);
            (format!("{path}.data[{index}].retention"), finding)
        })
    });
    open.collect()
}

/// A tracker of a service that always runs, which a service that needs a yes sets too.
fn always_on(policy: &Policy) -> Vec<Hit> {
    let free = |needs: &[String]| {
        needs.iter().all(|need| {
            let id = need.split('/').next().unwrap_or_default();
            policy.purposes.iter().find(|it| it.id == id).is_some_and(|it| !optional(policy, it))
        })
    };
    let mut found = Vec::new();
    for (at, service) in policy.services.iter().enumerate().filter(|(_, service)| free(&service.needs)) {
        for (index, tracker) in service.trackers.iter().enumerate() {
            let shares = |other: &&crate::policy::Service| {
                !free(&other.needs)
                    && other.trackers.iter().any(|it| (&it.name, &it.host, it.kind) == (&tracker.name, &tracker.host, tracker.kind))
            };
            if let Some(other) = policy.services.iter().find(shares) {
                let finding = format!("\"{}\" is set without a yes, and \"{}\" uses it for what needs one", tracker.name, other.id);
                found.push((format!("services[{at}].trackers[{index}]"), finding));
            }
        }
    }
    found
}

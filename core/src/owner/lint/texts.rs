//! Words: the two answers weigh the same, and everybody is told everything in their language.

use super::{Hit, Rule, Severity, optional};
use crate::map::Map;
use crate::policy::Policy;

/// A label longer than this many times the other is read first.
const LONGEST_RATIO: usize = 2;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "refuse_on_layer_1",
        severity: Severity::Error,
        citation: "CNIL 2020-092; EDPB cookie banner task force 2023; 11 CCR 7004(a)(2)",
        remedy: "let ui.refuse say that it refuses; a way to the settings is no refusal on the first layer",
        find: refuse,
    },
    Rule {
        name: "equal_labels",
        severity: Severity::Warning,
        citation: "EDPB guidelines 03/2022 (stirring); 11 CCR 7004(a)(2) symmetry in choice",
        remedy: "change ui.accept and ui.refuse together, in words of like length",
        find: labels,
    },
    Rule {
        name: "equal_reasons",
        severity: Severity::Warning,
        citation: "EDPB guidelines 03/2022 (stirring, left in the dark)",
        remedy: "say what follows from a yes and what follows from a no, or neither",
        find: reasons,
    },
    Rule {
        name: "closing_is_no_consent",
        severity: Severity::Error,
        citation: "Garante 10-06-2021; GDPR recital 32; 11 CCR 7004(c)",
        remedy: "give ui.close, ui.choose and ui.save words that say no yes",
        find: closing,
    },
    Rule {
        name: "every_language",
        severity: Severity::Warning,
        citation: "GDPR art. 12(1); art. 13",
        remedy: "write this text in every language, or in none",
        find: languages,
    },
    Rule {
        name: "data_named",
        severity: Severity::Warning,
        citation: "GDPR art. 13; DPDP Act s. 5 (itemised notice); PIPL art. 17",
        remedy: "write data.<id>.name in every language: people are shown the id otherwise",
        find: data_names,
    },
];

type Texts = Map<String, String>;

fn each(policy: &Policy, find: impl Fn(&str, &Texts) -> Vec<Hit>) -> Vec<Hit> {
    policy.texts.iter().flat_map(|(language, texts)| find(language, texts)).collect()
}

fn path(language: &str, key: &str) -> String {
    format!("texts.{language}[\"{key}\"]")
}

fn same(a: Option<&String>, b: Option<&String>) -> bool {
    let plain = |text: &String| text.trim().to_lowercase();
    a.map(plain).filter(|text| !text.is_empty()).is_some_and(|a| b.map(plain) == Some(a))
}

fn refuse(policy: &Policy) -> Vec<Hit> {
    each(policy, |language, texts| {
        let label = texts.get("ui.refuse");
        let empty = label.is_some_and(|label| label.trim().is_empty());
        let elsewhere = ["ui.choose", "ui.notice", "ui.close"].iter().any(|key| same(label, texts.get(*key)));
        let hit = |what: &str| (path(language, "ui.refuse"), what.to_owned());
        match (empty, elsewhere) {
            (true, _) => vec![hit("the button that refuses has no words")],
            (_, true) => vec![hit("the button that refuses has the words of another button")],
            _ => Vec::new(),
        }
    })
}

fn labels(policy: &Policy) -> Vec<Hit> {
    each(policy, |language, texts| match (texts.get("ui.accept"), texts.get("ui.refuse")) {
        (Some(accept), Some(refuse)) => {
            let (a, b) = (accept.chars().count(), refuse.chars().count());
            let unequal = a.max(b) > LONGEST_RATIO * a.min(b);
            let hit = (path(language, "ui.accept"), format!("\"{accept}\" and \"{refuse}\" are of unlike length"));
            if unequal { vec![hit] } else { Vec::new() }
        }
        (Some(_), None) => vec![(path(language, "ui.refuse"), "ui.accept has words of the policy's own, ui.refuse has not".to_owned())],
        (None, Some(_)) => vec![(path(language, "ui.accept"), "ui.refuse has words of the policy's own, ui.accept has not".to_owned())],
        (None, None) => Vec::new(),
    })
}

fn reasons(policy: &Policy) -> Vec<Hit> {
    each(policy, |language, texts| {
        let one = |purpose: &str, has: &str, lacks: &str| {
            let alone = texts.contains(&format!("{purpose}.{has}")) && !texts.contains(&format!("{purpose}.{lacks}"));
            alone.then(|| (path(language, &format!("{purpose}.{lacks}")), format!("only what follows from a \"{has}\" is told")))
        };
        let purposes = policy.purposes.iter().map(|purpose| purpose.id.as_str());
        purposes.flat_map(|id| [one(id, "yes", "no"), one(id, "no", "yes")]).flatten().collect()
    })
}

fn closing(policy: &Policy) -> Vec<Hit> {
    each(policy, |language, texts| {
        let says_yes = |key: &&&str| same(texts.get(**key), texts.get("ui.accept"));
        let hit = |key: &str| (path(language, key), "it has the words of \"accept all\"".to_owned());
        ["ui.close", "ui.choose", "ui.save"].iter().filter(says_yes).map(|key| hit(key)).collect()
    })
}

/// Texts of the policy itself; the interface's own texts exist in languages of their own.
fn languages(policy: &Policy) -> Vec<Hit> {
    let own = |key: &&String| !key.starts_with("ui.");
    let keys = policy.texts.iter().flat_map(|(_, texts)| texts.keys().filter(own));
    let mut keys: Vec<&String> = keys.collect();
    keys.sort_unstable();
    keys.dedup();
    each(policy, |language, texts| {
        let missing = keys.iter().filter(|key| !texts.contains(key.as_str()));
        missing.map(|key| (path(language, key), "another language has this text".to_owned())).collect()
    })
}

fn data_names(policy: &Policy) -> Vec<Hit> {
    let used = |id: &str| policy.purposes.iter().filter(|it| optional(policy, it)).any(|it| it.data.iter().any(|data| data.category == id));
    let keys: Vec<String> = policy.data_categories.iter().filter(|it| used(&it.id)).map(|it| format!("data.{}.name", it.id)).collect();
    let nowhere = |key: &&String| policy.texts.values().all(|texts| !texts.contains(key.as_str()));
    // Where one language has it, `every_language` names the others.
    let default = policy.texts.keys().find(|it| **it == policy.default_language).or_else(|| policy.texts.keys().next());
    let language = default.map(String::as_str).unwrap_or_default();
    keys.iter()
        .filter(nowhere)
        .map(|key| (path(language, key), "a kind of data that is asked about has no name for people".to_owned()))
        .collect()
}

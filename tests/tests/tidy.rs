//! Rules of the house that no compiler checks. Every check is also shown a planted fault.

use std::fs::read_to_string;
use std::path::{Path, PathBuf};
use std::process::Command;

use consentkit_core::policy::Kind;

/// Longer than this, a file is about more than one thing.
const LONGEST: usize = 400;

/// Names that may stand in the shells all the same, and why.
const MAY_STAND: [(&str, &[&str], &str); 2] = [
    ("js/src/client/banner.ts", &["FIRST_VISIT", "GEO_UNKNOWN"], "which text the banner shows; what is asked is the core's list"),
    ("js/src/ui/centre-record.ts", &["given", "refused", "withdrawn"], "the three lists of a past answer, each under its own word"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    let text = read_to_string(root().join(path)).unwrap_or_default();
    assert!(!text.is_empty(), "{path} cannot be read");
    text
}

/// Every text file that is, or is about to be, under version control, with its path. Generated files are left out.
fn sources() -> Vec<(String, String)> {
    let git = Command::new("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]).current_dir(root()).output();
    let paths = git.map(|git| String::from_utf8_lossy(&git.stdout).into_owned()).unwrap_or_default();
    let written = |path: &&str| !path.contains("/generated/") && !path.ends_with(".gen.ts");
    let files: Vec<_> =
        paths.lines().filter(written).filter_map(|path| Some((path.to_owned(), read_to_string(root().join(path)).ok()?))).collect();
    assert!(files.len() > 100, "git lists the files");
    files
}

fn is_code(path: &str) -> bool {
    [".rs", ".ts", ".kt", ".mjs"].iter().any(|end| path.ends_with(end))
}

/// Fails with every finding, each with the file in which it is.
fn nothing(findings: impl Iterator<Item = String>) {
    let findings: Vec<String> = findings.collect();
    assert!(findings.is_empty(), "\n{}", findings.join("\n"));
}

// ---- The core's modules look down ----

/// The order of the core's modules, lowest first, as its documentation gives it.
fn order(documentation: &str) -> Vec<String> {
    let text: String = documentation.lines().filter_map(|line| line.strip_prefix("//!")).collect();
    let chain = text.split('`').find(|piece| piece.matches(" → ").count() > 3).unwrap_or_default().to_owned();
    chain.split('→').map(|name| name.trim().to_owned()).collect()
}

/// What a module uses that stands above it, or has no place at all. Tests may use everything.
fn looks_up(order: &[String], module: &str, source: &str) -> Vec<String> {
    let Some(place) = order.iter().position(|it| it == module) else { return vec![format!("{module} has no place in the order")] };
    let source = source.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let code: String = source.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect();
    let mut found = Vec::new();
    for rest in code.split("crate::").skip(1) {
        let names = match rest.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap_or_default().split(',').map(first_word).collect(),
            None => vec![first_word(rest)],
        };
        for name in names {
            let constant = name.chars().all(|c| c.is_ascii_uppercase() || c == '_');
            let below = order.iter().position(|it| it == name).is_some_and(|it| it < place);
            if !constant && !below && name != module {
                found.push(format!("{module} uses {name}"));
            }
        }
    }
    found
}

fn first_word(text: &str) -> &str {
    let text = text.trim_start();
    text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

#[test]
fn the_modules_of_the_core_look_down() {
    let order = order(&read("core/src/lib.rs"));
    assert!(order.len() > 15, "the order is in the documentation: {order:?}");
    nothing(sources().iter().filter_map(|(path, source)| Some((path, path.strip_prefix("core/src/")?, source))).flat_map(
        |(path, inside, source)| {
            let module = inside.split('/').next().unwrap_or_default().trim_end_matches(".rs");
            let found = if module == "lib" { Vec::new() } else { looks_up(&order, module, source) };
            found.into_iter().map(move |it| format!("{path}: {it}"))
        },
    ));
}

#[test]
fn a_module_that_looks_up_is_noticed() {
    let order = order("//! Order: `error → time →\n//! policy → view → engine`.");
    assert_eq!(order, ["error", "time", "policy", "view", "engine"]);
    let cases = [
        ("use crate::error::Error;\nuse crate::{time, policy::Item};", vec![]),
        ("use crate::engine::Engine;", vec!["view uses engine"]),
        ("pub(crate) use crate::{time,\n engine};", vec!["view uses engine"]),
        ("fn f() -> crate::engine::Engine {}", vec!["view uses engine"]),
        ("use crate::Engine;", vec!["view uses Engine"]),
        ("use crate::novel::It;", vec!["view uses novel"]),
        ("//! [`It`](crate::engine)\nlet a = crate::SDK_VERSION;", vec![]),
        ("use crate::time;\n#[cfg(test)]\nmod tests { use crate::engine; }", vec![]),
    ];
    for (source, expected) in cases {
        assert_eq!(looks_up(&order, "view", source), expected, "{source}");
    }
    assert_eq!(looks_up(&order, "novel", ""), ["novel has no place in the order"]);
}

// ---- The shells decide nothing ----

/// The strings of a piece of TypeScript or Kotlin with their lines, without those in comments.
fn strings(code: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = code.get(at..).filter(|rest| !rest.is_empty()) {
        let width = rest.chars().next().map_or(1, char::len_utf8);
        let quote = rest.chars().next().filter(|c| "'\"`".contains(*c));
        at += if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if rest.starts_with('\\') {
            2
        } else if let Some((quote, length)) = quote.and_then(|quote| Some((quote, end_of(rest.get(1..)?, quote)?))) {
            let line = code.get(..at).unwrap_or_default().matches('\n').count() + 1;
            let text = rest.get(1..=length).unwrap_or_default();
            found.push((line, text));
            if quote == '`' {
                found.extend(text.split("${").skip(1).flat_map(strings).map(|(inside, text)| (line + inside - 1, text)));
            }
            length + 2
        } else {
            width
        };
    }
    found
}

/// Where a string ends. Only a template may go on in the next line: another quote before one is no string,
/// but part of a regular expression.
fn end_of(rest: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in rest.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' if quote != '`' => return None,
            c if c == quote => return Some(at),
            _ => {}
        }
    }
    None
}

/// Names of regimes, purposes, kinds of purposes, states and reasons.
fn names() -> Vec<String> {
    const PURPOSES: [&str; 4] = ["necessary", "functionality", "analytics", "marketing"];
    assert!(PURPOSES.iter().all(|purpose| !Kind::defaults(purpose).is_empty()), "the purposes that have default kinds");
    let regimes = read("core/rules/regimes.csv");
    let rows = regimes.lines().filter(|line| !line.starts_with('#')).skip(1);
    let mut names: Vec<String> = rows.filter_map(|line| line.split(',').next()).map(str::to_owned).collect();
    assert!(names.len() > 10, "the regimes are read");
    names.extend(PURPOSES.iter().chain(&["given", "refused", "withdrawn", "left"]).map(|name| (*name).to_owned()));
    names.extend(Kind::ALL.iter().filter_map(|kind| serde_json::to_value(kind).ok()?.as_str().map(str::to_owned)));
    let types = read("js/src/types.gen.ts");
    for of in ["ReasonCode", "AskReason"] {
        let union = types.split(&format!("export type {of} =")).nth(1).and_then(|rest| rest.split(';').next()).unwrap_or_default();
        let before = names.len();
        names.extend(strings(union).into_iter().map(|(_, name)| name.to_owned()));
        assert!(names.len() > before + 3, "{of} is read");
    }
    names
}

/// Where a shell names what only the core may decide by, whether in a comparison, a `case` or a list.
fn named(names: &[String], path: &str, source: &str) -> Vec<String> {
    let excused = |text: &str| MAY_STAND.iter().any(|(file, words, _)| *file == path && words.contains(&text));
    let hits = strings(source).into_iter().filter(|(_, text)| names.iter().any(|name| name == text) && !excused(text));
    hits.map(|(line, text)| format!("{path}:{line}: \"{text}\" (the view carries what a shell needs)")).collect()
}

#[test]
fn the_shells_know_no_regime_purpose_or_state_by_name() {
    let names = names();
    let shell = |path: &str| {
        let script =
            ["js/src/boot/", "js/src/client/", "js/src/ui/"].iter().any(|folder| path.starts_with(folder)) && path.ends_with(".ts");
        // Tests name what they test.
        script || (path.starts_with("mobile-bindings/") && path.ends_with(".kt") && !path.contains("/src/test/"))
    };
    let files = sources();
    let shells: Vec<_> = files.iter().filter(|(path, _)| shell(path)).collect();
    assert!(shells.len() > 20, "the shells are found");
    nothing(shells.iter().flat_map(|(path, source)| named(&names, path, source)));
    for (file, words, _) in MAY_STAND {
        let source = shells.iter().find(|(path, _)| path == file).map(|(_, source)| source.as_str()).unwrap_or_default();
        let there: Vec<&str> = strings(source).into_iter().map(|(_, text)| text).collect();
        assert!(words.iter().all(|word| there.contains(word)), "{file} needs no exception any more");
    }
}

#[test]
fn a_shell_that_decides_is_noticed() {
    let names = names();
    let planted = [
        "if (item.purpose === 'marketing') hide();",
        "switch (regime) { case \"US-CA\": showLink(); }",
        "const strict = ['EU', x].includes(regime);",
        "log(`${state === 'withdrawn' ? 1 : 2}`);",
        "const a = b.replace(/\"/g, '\\'') === 'EXEMPT';",
        "when (kind) { \"ads_targeted\" -> hide() }",
        "url.replace(/\\//g, '_') === `given`",
    ];
    for line in planted {
        assert_eq!(named(&names, "js/src/ui/x.ts", line).len(), 1, "{line}");
    }
    assert_eq!(
        named(&names, "x.ts", "// like 'marketing'\n/* 'EU'\n'US' */ go('marketing.name', \"it's EU\"); a.marketing = b;"),
        Vec::<String>::new()
    );
    assert_eq!(named(&names, "x.ts", "\n\nf('EU')"), ["x.ts:3: \"EU\" (the view carries what a shell needs)"]);
}

// ---- Text that has no place in any file ----

/// The lines of a text in which a word stands, that is, not as the end of a longer name.
fn lines_with<'a>(source: &'a str, words: &'a [String]) -> impl Iterator<Item = (usize, &'a str)> {
    let stands = |line: &str, word: &str| {
        line.match_indices(word).any(|(at, _)| {
            !line
                .get(..at)
                .unwrap_or_default()
                .ends_with(|c: char| word.starts_with(char::is_alphanumeric) && (c.is_alphanumeric() || c == '_'))
        })
    };
    let lines = source.lines().enumerate();
    lines.flat_map(move |(index, line)| words.iter().filter(move |word| stands(line, word)).map(move |word| (index + 1, word.as_str())))
}

fn findings<'a>(files: impl Iterator<Item = &'a (String, String)>, words: &[String]) -> impl Iterator<Item = String> {
    files
        .flat_map(|(path, source)| lines_with(source, words).map(move |(line, word)| format!("{path}:{line}: {word}")))
        .collect::<Vec<_>>()
        .into_iter()
}

/// Words in two halves, so that this file does not find itself.
fn joined(halves: &[[&str; 2]]) -> Vec<String> {
    halves.iter().map(|[a, b]| format!("{a}{b}")).collect()
}

fn unfinished() -> Vec<String> {
    joined(&[["TO", "DO"], ["FIX", "ME"], ["XX", "X:"]])
}

fn sinks() -> Vec<String> {
    joined(&[
        ["inner", "HTML"],
        ["outer", "HTML"],
        ["insertAdjacent", "HTML"],
        ["document.", "write"],
        ["ev", "al("],
        ["new ", "Function"],
        ["createContextual", "Fragment"],
        ["setHTML", "Unsafe"],
        ["css", "Text"],
    ])
}

/// Folders of a machine, and where packages come from.
fn places() -> Vec<String> {
    let mut places: Vec<String> = ["tmp", "root", "work", "home", "Users"].iter().map(|name| format!("/{name}/")).collect();
    places.extend(joined(&[
        ["crates", ".io"],
        ["npmjs", ".org"],
        ["npmjs", ".com"],
        ["npm", "mirror."],
        ["repo.maven", ".apache.org"],
        ["repo1.", "maven.org"],
        ["proxy.", "golang.org"],
        ["localhost:", "4873"],
    ]));
    places
}

/// The name that Cargo itself gives to the public registry, which every lock file has.
fn without_cargos_name(source: &str) -> String {
    source.replace(&format!("https://github.com/rust-lang/{}-index", joined(&[["crates", ".io"]]).concat()), "")
}

#[test]
fn nothing_is_left_for_later() {
    let words = unfinished();
    nothing(findings(sources().iter().filter(|(path, _)| is_code(path) || path.ends_with(".css") || path.ends_with(".toml")), &words));
    assert_eq!(lines_with(&format!("fine\n// {} later", words[0]), &words).collect::<Vec<_>>(), [(2, words[0].as_str())]);
}

#[test]
fn no_file_is_too_long() {
    let long = |(path, source): &(String, String)| {
        (is_code(path) && source.lines().count() > LONGEST).then(|| format!("{path}: {} lines", source.lines().count()))
    };
    nothing(sources().iter().filter_map(long));
    assert_eq!(long(&("a.rs".into(), "\n".repeat(LONGEST + 1))), Some(format!("a.rs: {} lines", LONGEST + 1)));
    assert_eq!(long(&("a.rs".into(), "\n".repeat(LONGEST))), None);
}

#[test]
fn the_package_uses_nothing_that_makes_code_or_markup_of_text() {
    let words = sinks();
    nothing(findings(sources().iter().filter(|(path, _)| path.starts_with("js/src/")), &words));
    for word in &words {
        assert_eq!(lines_with(&format!("x = y.{word}"), &words).filter(|(_, it)| it == word).count(), 1, "{word}");
    }
    assert_eq!(lines_with("retrieval(1)", &words).count(), 0);
}

#[test]
fn no_file_names_a_machine_or_a_registry() {
    let words = places();
    let files: Vec<_> = sources().into_iter().map(|(path, source)| (path, without_cargos_name(&source))).collect();
    nothing(findings(files.iter(), &words));
    for word in &words {
        assert_eq!(lines_with(&format!("see https://{word}x"), &words).count(), 1, "{word}");
        assert_eq!(lines_with(&format!("at {word}x"), &words).count(), 1, "{word}");
    }
}

// ---- The client's sentences are the core's ----

/// Sentences of a table of the client that no Rust file has.
fn strange(table: &str, core: &str) -> Vec<String> {
    let sentences = table.lines().filter_map(|line| line.split_once(": '")?.1.strip_suffix("',")).map(str::to_owned);
    sentences.filter(|sentence| !core.contains(&format!("\"{sentence}\""))).collect()
}

#[test]
fn the_hints_of_the_client_are_those_of_the_core() {
    let core: String = sources()
        .into_iter()
        .filter(|(path, _)| ["core/src/", "wasm/src/"].iter().any(|folder| path.starts_with(folder)))
        .map(|(_, source)| source)
        .collect();
    let table = read("js/src/client/hints.ts");
    assert!(table.lines().filter(|line| line.contains(": '")).count() > 6, "the table is found");
    nothing(strange(&table, &core).into_iter());
    assert_eq!(strange("  NOT_SAVED: 'another sentence',", &core), ["another sentence"], "one that differs is noticed");
}

//! What the documents say is so: examples run, and what they name is there.

use std::path::{Path, PathBuf};

const DOCUMENTS: [&str; 6] =
    ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "js/README.md", "tests/vectors/README.md", "examples/echo/README.md"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    let text = std::fs::read_to_string(root().join(path)).unwrap_or_default();
    assert!(!text.is_empty(), "{path} cannot be read");
    text
}

/// The text of every file below some paths that is written by hand.
fn read_all(paths: &[&str]) -> String {
    let mut open: Vec<PathBuf> = paths.iter().map(|path| root().join(path)).collect();
    let mut all = String::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let inside = std::fs::read_dir(&path).into_iter().flatten().flatten().map(|entry| entry.path());
            open.extend(inside.filter(|path| !path.ends_with("node_modules") && !path.ends_with(".cache") && !path.ends_with("target")));
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            all.push_str(&text);
        }
    }
    all
}

/// Everything between two marks.
fn between<'a>(text: &'a str, start: &'a str, end: &'a str) -> Vec<&'a str> {
    text.split(start).skip(1).map(|rest| rest.split(end).next().unwrap_or_default()).collect()
}

/// The words that follow a mark, as far as letters and digits go.
fn words_after(text: &str, mark: &str) -> Vec<String> {
    let word = |rest: &str| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    text.split(mark).skip(1).map(word).collect()
}

#[test]
fn every_policy_of_the_readme_is_valid() {
    let readme = read("README.md");
    let policies = [between(&readme, "```json\n", "```"), between(&readme, "data-consentkit-policy>", "</script>")].concat();
    assert_eq!(policies.len(), 2);
    for policy in policies {
        let policy = consentkit_core::policy::parse(policy).unwrap();
        assert_eq!(policy.site, "shop.example");
    }
}

#[test]
fn the_example_of_the_vector_form_passes() {
    let page = read("tests/vectors/README.md");
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("example.json");
    std::fs::write(&file, between(&page, "```json\n", "```").first().unwrap()).unwrap();
    let outcomes = conformance::run(&file);
    assert_eq!(outcomes.len(), 1);
    assert_eq!(outcomes[0].problem, None);
}

#[test]
fn every_link_leads_somewhere() {
    for document in DOCUMENTS {
        let folder = root().join(document).parent().unwrap().to_owned();
        for link in between(&read(document), "](", ")").into_iter().filter(|link| !link.starts_with("https://")) {
            let (path, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() { root().join(document) } else { folder.join(path) };
            assert!(target.exists(), "{document}: {link}");
            assert!(heading.is_empty() || has_heading(&std::fs::read_to_string(target).unwrap(), heading), "{document}: {link}");
        }
    }
}

/// Headings are linked by their words in small letters, joined by hyphens.
fn has_heading(page: &str, anchor: &str) -> bool {
    let anchor_of = |line: &str| line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
    page.lines().any(|line| line.starts_with('#') && anchor_of(line) == anchor)
}

#[test]
fn every_call_attribute_and_import_exists() {
    let page = [read("README.md"), read("js/README.md")].concat();
    let kernel = read("js/src/boot/kernel.ts");
    let calls = [words_after(&page, "ConsentKit."), words_after(&page, "consent.")].concat();
    let table =
        between(&page, "\n| `", "`").into_iter().filter(|cell| cell.contains('(')).map(|cell| cell.split('(').next().unwrap().to_owned());
    let calls: Vec<String> = calls.into_iter().chain(table).filter(|name| !["html", "shop"].contains(&name.as_str())).collect();
    assert!(calls.len() > 8);
    for call in calls {
        assert!(
            [format!(" {call}("), format!("'{call}'"), format!(" {call}?: ")].iter().any(|form| kernel.contains(form)),
            "window.ConsentKit has no {call}"
        );
    }

    let scripts = read_all(&["js/src/boot", "js/src/client", "js/src/single.ts"]);
    for name in words_after(&page, "data-") {
        let property = name.split('-').enumerate().fold(String::new(), |all, (index, part)| {
            let (head, tail) = part.split_at(1);
            all + &if index == 0 { head.to_owned() } else { head.to_ascii_uppercase() } + tail
        });
        let forms = [format!("[data-{name}]"), format!(" {property} = ''"), format!("{{ {property},"), format!("'{property}'")];
        let known = forms.iter().any(|form| scripts.contains(form));
        assert!(known, "no script reads data-{name}");
    }

    for (module, file) in [
        ("consentkit", "js/src/index.ts"),
        ("consentkit/recipes", "js/src/recipes/index.ts"),
        ("consentkit/transports", "js/src/transports/index.ts"),
    ] {
        let exports = read(file);
        let exported: Vec<&str> = exports.lines().filter(|line| line.starts_with("export ")).collect();
        let from = format!(" }} from '{module}';");
        let imports: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("import { ")?.strip_suffix(&from)).collect();
        assert!(!imports.is_empty(), "{module}");
        for name in imports {
            let word = |line: &&str| line.split(|it: char| !it.is_alphanumeric()).any(|it| it == name);
            assert!(exported.iter().any(word), "{module} does not export {name}");
        }
    }
}

#[test]
fn every_verb_and_command_exists() {
    let page = DOCUMENTS.map(read).concat();
    let (verbs, stages, commands) = (read("xtask/src/main.rs"), read("xtask/src/test.rs"), read("js/src/cli/main.ts"));
    for verb in words_after(&page, "cargo xtask ").into_iter().filter(|verb| !verb.is_empty()) {
        assert!(verbs.contains(&format!("[\"{verb}\"")), "cargo xtask {verb}");
    }
    let table = read("CONTRIBUTING.md");
    let listed: Vec<&str> = between(&table, "| stage | runs |", "\n\n")
        .first()
        .unwrap()
        .split('`')
        .filter(|word| stages.contains(&format!("(\"{word}\", ")))
        .collect();
    let count = format!("[Stage; {}]", listed.len());
    assert!(stages.contains(&count), "CONTRIBUTING.md has the stages {listed:?}");
    for command in words_after(&page, "npx consentkit ") {
        assert!(commands.contains(&format!("\n  {command} ")), "npx consentkit {command}");
    }
}

#[test]
fn what_holds_an_invariant_exists() {
    let page = read("ARCHITECTURE.md");
    let invariants = between(&page, "## Invariants", "\n## ");
    let tests = read_all(&[
        "tests/vectors/engine",
        "tests/vectors/rules",
        "tests/vectors/scenarios",
        "tests/browser/story.test.mjs",
        "tests/browser/badinput.test.mjs",
        "tests/browser/places.test.mjs",
        "tests/browser/storage.test.mjs",
        "tests/browser/sending.test.mjs",
        "tests/browser/tabs.test.mjs",
        "tests/browser/cookie.test.mjs",
        "tests/browser/delivery.test.mjs",
        "tests/node",
        "tests/tests/coverage.rs",
        "tests/tests/properties.rs",
        "tests/tests/merge.rs",
        "tests/tests/merge",
        "core/src",
        "examples/backend/tests",
    ]);
    let names = between(invariants[0], "“", "”");
    assert!(names.len() > 20);
    for name in names {
        // Some stories are run in several forms and have one of them in their name.
        assert!(tests.contains(name), "there is no test “{name}”");
    }
}

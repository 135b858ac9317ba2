//! What a policy must fulfil beyond having the right types.

use crate::map::Set;

use super::{Document, Kind, LegalBasis, Policy};
use crate::error::{Code, Error};
use crate::id::Id;
use crate::text::joined;
use crate::time::Timestamp;

/// Every mistake of a policy, with its path and its remedy; empty when it can be used.
#[must_use]
pub fn check(policy: &Policy) -> Vec<Error> {
    let mut found = Found(Vec::new());
    examine(policy, &mut found);
    found.0
}

/// The code of the first mistake, for pages: a policy that was not built is checked there, and words about
/// places would be as large as the checking.
#[must_use]
pub fn first_mistake(policy: &Policy) -> Option<Code> {
    let mut found = Found(None);
    examine(policy, &mut found);
    found.0
}

fn examine<R: Report>(policy: &Policy, found: &mut Found<R>) {
    found.required("site", &policy.site);
    found.required("withdrawalUrl", &policy.withdrawal_url);
    if policy.version == 0 {
        found.add(Code::ValueMissing, || "version".into(), "start at 1 and add one with every published change");
    }
    if policy.controllers.is_empty() {
        found.add(Code::ValueMissing, || "controllers".into(), "name at least one controller");
    }
    if policy.purposes.is_empty() {
        found.add(Code::ValueMissing, || "purposes".into(), "name at least one purpose");
    }
    let recipients = found.ids("recipients", policy.recipients.iter().map(|it| it.id.as_str()));
    let data = found.ids("dataCategories", policy.data_categories.iter().map(|it| it.id.as_str()));
    let purposes = found.ids("purposes", policy.purposes.iter().map(|it| it.id.as_str()));
    found.ids("controllers", policy.controllers.iter().map(|it| it.id.as_str()));
    found.ids("services", policy.services.iter().map(|it| it.id.as_str()));
    found.ids("documents", policy.documents.iter().map(|it| it.id.as_str()));
    let wishes = policy.purposes.iter().flat_map(|purpose| &purpose.preferences);
    found.ids("preferences", wishes.map(|it| it.id.as_str()));

    let mut items = Set::default();
    for (index, purpose) in policy.purposes.iter().enumerate() {
        let path = || at("purposes", index);
        items.add(purpose.id.clone());
        for (index, id) in purpose.recipients.iter().enumerate() {
            found.known(&recipients, id, || at(&within(&path(), "recipients"), index), "list it under recipients");
            if purpose.per_recipient {
                items.add(joined(&[&purpose.id, id], "/"));
            }
        }
        for (index, data_use) in purpose.data.iter().enumerate() {
            let path = || within(&at(&within(&path(), "data"), index), "category");
            found.known(&data, &data_use.category, path, "list it under dataCategories");
        }
        if purpose.kinds.is_empty() && Kind::defaults(&purpose.id).is_empty() {
            found.add(Code::ValueMissing, || within(&path(), "kinds"), "say what the purpose is, for example [\"stats_other\"]");
        }
        let exempt = purpose.kinds.iter().chain(Kind::defaults(&purpose.id)).any(|kind| *kind == Kind::Necessary);
        if purpose.legal_basis == LegalBasis::Contract && !exempt {
            found.add(Code::ValueMissing, || within(&path(), "kinds"), "a purpose that a contract needs is of kind necessary");
        }
    }
    for (index, service) in policy.services.iter().enumerate() {
        let path = || at("services", index);
        if service.needs.is_empty() {
            found.add(Code::ValueMissing, || within(&path(), "needs"), "name the purposes that must be permitted before it starts");
        }
        for (index, need) in service.needs.iter().enumerate() {
            found.known(
                &items,
                need,
                || at(&within(&path(), "needs"), index),
                "name a purpose, or purpose/recipient where the purpose has perRecipient",
            );
        }
    }
    for (index, document) in policy.documents.iter().enumerate() {
        found.document(document, || at("documents", index));
    }
    for (index, key) in policy.settings.keys.iter().enumerate() {
        if Id::from_text(key).is_none() {
            let path = || at("settings.keys", index);
            found.add(Code::ValueMissing, path, "write a public key as `npx consentkit keys` prints it: 43 letters, digits, - and _");
        }
    }
    found.texts(policy, &purposes);
}

/// Who is told of mistakes.
trait Report {
    fn add(&mut self, code: Code, path: impl FnOnce() -> String, hint: impl FnOnce() -> String);
}

impl Report for Vec<Error> {
    fn add(&mut self, code: Code, path: impl FnOnce() -> String, hint: impl FnOnce() -> String) {
        self.push(Error::new(code, path(), hint()));
    }
}

impl Report for Option<Code> {
    fn add(&mut self, code: Code, _: impl FnOnce() -> String, _: impl FnOnce() -> String) {
        self.get_or_insert(code);
    }
}

struct Found<R>(R);

impl<R: Report> Found<R> {
    fn add(&mut self, code: Code, path: impl FnOnce() -> String, hint: &str) {
        self.0.add(code, path, || hint.to_owned());
    }

    fn required(&mut self, path: &str, value: &str) {
        if value.is_empty() {
            self.add(Code::ValueMissing, || path.to_owned(), "it must not be empty");
        }
    }

    fn ids<'a>(&mut self, list: &str, ids: impl Iterator<Item = &'a str>) -> Set<String> {
        let mut seen = Set::default();
        for (index, id) in ids.enumerate() {
            let path = || within(&at(list, index), "id");
            if id.is_empty() || id.contains(['/', '.', ' ']) {
                self.add(Code::ValueMissing, path, "write a short id without spaces, dots and slashes");
            }
            if !seen.add(id.to_owned()) {
                self.add(Code::DuplicateId, path, "this id stands twice; rename one of the two");
            }
        }
        seen
    }

    fn known(&mut self, ids: &Set<String>, id: &str, path: impl FnOnce() -> String, remedy: &str) {
        if !ids.contains(id) {
            self.0.add(Code::UnknownId, path, || format!("\"{id}\" is not defined: {remedy}"));
        }
    }

    fn document(&mut self, document: &Document, path: impl Fn() -> String) {
        let unquoted = |text: &str| !text.is_empty() && !text.contains(|it: char| matches!(it, '"' | '\\') || it.is_control());
        for (field, text) in [("id", &document.id), ("version", &document.version)] {
            if !unquoted(text) {
                self.add(Code::ValueMissing, || within(&path(), field), "write it without quotes, backslashes and control characters");
            }
        }
        if document.url.is_empty() {
            self.add(Code::ValueMissing, || within(&path(), "url"), "say where people can read it");
        }
        let dated = Timestamp::of_day(&document.effective).is_some();
        if !dated && (!document.effective.is_empty() || document.grace.is_some()) {
            self.add(Code::ValueMissing, || within(&path(), "effective"), "write the day from which it applies as YYYY-MM-DD");
        }
    }

    fn texts(&mut self, policy: &Policy, purposes: &Set<String>) {
        if !policy.default_language.is_empty() && !policy.texts.contains(&policy.default_language) {
            self.add(Code::UnknownId, || "defaultLanguage".into(), "write texts in this language, or choose one that has texts");
        }
        if policy.texts.is_empty() {
            self.add(Code::TextMissing, || "texts".into(), "write the name and the text of every purpose in at least one language");
        }
        for (language, texts) in policy.texts.iter() {
            for key in purposes.keys().flat_map(|id| [".name", ".text"].map(|field| joined(&[id, field], ""))) {
                if texts.get(&key).is_none_or(String::is_empty) {
                    let path = || format!("texts.{language}[\"{key}\"]");
                    self.add(Code::TextMissing, path, "a person must be told what the purpose is; write this text");
                }
            }
        }
    }
}

fn at(list: &str, index: usize) -> String {
    format!("{list}[{index}]")
}

fn within(path: &str, field: &str) -> String {
    [path, field].join(".")
}

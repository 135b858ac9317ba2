//! What a policy must fulfil beyond having the right types.

use std::collections::BTreeSet;

use super::{Kind, LegalBasis, Policy};
use crate::error::{Code, Error};

/// Every mistake of a policy, with its path and its remedy; empty when it can be used.
#[must_use]
pub fn check(policy: &Policy) -> Vec<Error> {
    let mut found = Found::default();
    found.required("site", &policy.site);
    found.required("withdrawalUrl", &policy.withdrawal_url);
    if policy.version == 0 {
        found.add(Code::ValueMissing, "version", "start at 1 and add one with every published change");
    }
    if policy.controllers.is_empty() {
        found.add(Code::ValueMissing, "controllers", "name at least one controller");
    }
    if policy.purposes.is_empty() {
        found.add(Code::ValueMissing, "purposes", "name at least one purpose");
    }
    let recipients = found.ids("recipients", policy.recipients.iter().map(|it| it.id.as_str()));
    let data = found.ids("dataCategories", policy.data_categories.iter().map(|it| it.id.as_str()));
    let purposes = found.ids("purposes", policy.purposes.iter().map(|it| it.id.as_str()));
    found.ids("controllers", policy.controllers.iter().map(|it| it.id.as_str()));
    found.ids("services", policy.services.iter().map(|it| it.id.as_str()));
    found.ids("documents", policy.documents.iter().map(|it| it.id.as_str()));
    let wishes = policy.purposes.iter().flat_map(|purpose| &purpose.preferences);
    found.ids("preferences", wishes.map(|it| it.id.as_str()));

    let mut items = BTreeSet::new();
    for (index, purpose) in policy.purposes.iter().enumerate() {
        let path = at("purposes", index);
        items.insert(purpose.id.clone());
        for (index, id) in purpose.recipients.iter().enumerate() {
            found.known(&recipients, id, || at(&within(&path, "recipients"), index), "list it under recipients");
            if purpose.per_recipient {
                items.insert(within_item(&purpose.id, id));
            }
        }
        for (index, data_use) in purpose.data.iter().enumerate() {
            let path = || within(&at(&within(&path, "data"), index), "category");
            found.known(&data, &data_use.category, path, "list it under dataCategories");
        }
        if purpose.kinds.is_empty() && Kind::defaults(&purpose.id).is_empty() {
            found.add(Code::ValueMissing, &within(&path, "kinds"), "say what the purpose is, for example [\"stats_other\"]");
        }
        let exempt = purpose.kinds.iter().chain(Kind::defaults(&purpose.id)).any(|kind| *kind == Kind::Necessary);
        if purpose.legal_basis == LegalBasis::Contract && !exempt {
            found.add(Code::ValueMissing, &within(&path, "kinds"), "a purpose that a contract needs is of kind necessary");
        }
    }
    for (index, service) in policy.services.iter().enumerate() {
        let path = at("services", index);
        if service.needs.is_empty() {
            found.add(Code::ValueMissing, &within(&path, "needs"), "name the purposes that must be permitted before it starts");
        }
        for (index, need) in service.needs.iter().enumerate() {
            found.known(
                &items,
                need,
                || at(&within(&path, "needs"), index),
                "name a purpose, or purpose/recipient where the purpose has perRecipient",
            );
        }
    }
    if !policy.built {
        found.texts(policy, &purposes);
    }
    found.0
}

#[derive(Default)]
struct Found(Vec<Error>);

impl Found {
    fn add(&mut self, code: Code, path: &str, hint: &str) {
        self.0.push(Error::new(code, path, hint));
    }

    fn required(&mut self, path: &str, value: &str) {
        if value.is_empty() {
            self.add(Code::ValueMissing, path, "it must not be empty");
        }
    }

    fn ids<'a>(&mut self, list: &str, ids: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
        let mut seen = BTreeSet::new();
        for (index, id) in ids.enumerate() {
            let path = || within(&at(list, index), "id");
            if id.is_empty() || id.contains(['/', '.', ' ']) {
                self.add(Code::ValueMissing, &path(), "write a short id without spaces, dots and slashes");
            }
            if !seen.insert(id.to_owned()) {
                self.add(Code::DuplicateId, &path(), "this id stands twice; rename one of the two");
            }
        }
        seen
    }

    fn known(&mut self, ids: &BTreeSet<String>, id: &str, path: impl FnOnce() -> String, remedy: &str) {
        if !ids.contains(id) {
            let mut hint = String::from("\"");
            hint.push_str(id);
            hint.push_str("\" is not defined: ");
            hint.push_str(remedy);
            self.add(Code::UnknownId, &path(), &hint);
        }
    }

    fn texts(&mut self, policy: &Policy, purposes: &BTreeSet<String>) {
        if !policy.default_language.is_empty() && !policy.texts.contains(&policy.default_language) {
            self.add(Code::UnknownId, "defaultLanguage", "write texts in this language, or choose one that has texts");
        }
        if policy.texts.is_empty() {
            self.add(Code::TextMissing, "texts", "write the name and the text of every purpose in at least one language");
        }
        for (language, texts) in policy.texts.iter() {
            for key in purposes.iter().flat_map(|id| [within(id, "name"), within(id, "text")]) {
                if texts.get(&key).is_none_or(String::is_empty) {
                    let mut path = within("texts", language);
                    path.push_str("[\"");
                    path.push_str(&key);
                    path.push_str("\"]");
                    self.add(Code::TextMissing, &path, "a person must be told what the purpose is; write this text");
                }
            }
        }
    }
}

fn at(list: &str, index: usize) -> String {
    let mut path = list.to_owned();
    path.push('[');
    path.push_str(&index.to_string());
    path.push(']');
    path
}

fn within(path: &str, field: &str) -> String {
    let mut path = path.to_owned();
    path.push('.');
    path.push_str(field);
    path
}

fn within_item(purpose: &str, recipient: &str) -> String {
    let mut key = purpose.to_owned();
    key.push('/');
    key.push_str(recipient);
    key
}

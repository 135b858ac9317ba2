//! The languages of a build, and the interface's own words in them.

use super::BuildOptions;
use crate::error::{Code, Error, Result};
use crate::map::Map;
use crate::policy::Policy;

type Texts = Map<String, Map<String, String>>;

/// The languages that have texts, the default first. `texts` are those of the policy.
///
/// # Errors
/// `POLICY_INVALID` for a language that is not named as browsers name it: nobody would be spoken to in it.
pub fn languages(policy: &Policy, texts: &Texts) -> Result<Vec<String>> {
    let mut languages: Vec<String> = texts.keys().cloned().collect();
    if let Some(wrong) = languages.iter().find(|language| !is_tag(language)) {
        let hint = "name the language by its tag, as browsers do: de, pt-BR, zh-Hant";
        return Err(Error::new(Code::PolicyInvalid, format!("texts[\"{wrong}\"]"), hint));
    }
    languages.sort_by_key(|language| *language != policy.default_language);
    Ok(languages)
}

/// The shape of BCP 47: a language of two or three letters, then script, region and whatever else.
fn is_tag(language: &str) -> bool {
    let is = |part: &str, least: usize, most: usize| (least..=most).contains(&part.len());
    let mut parts = language.split('-');
    let first = parts.next().is_some_and(|part| is(part, 2, 3) && part.bytes().all(|byte| byte.is_ascii_alphabetic()));
    first && parts.all(|part| is(part, 1, 8) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// The interface's words in a language, in its base language, or in English. `own` are the policy's, which go on top.
pub(super) fn interface(
    options: &BuildOptions,
    language: &str,
    own: &Map<String, String>,
    warnings: &mut Vec<String>,
) -> Map<String, String> {
    let base = language.split('-').next().unwrap_or_default();
    if let Some(texts) = options.interface.get(language).or_else(|| options.interface.get(base)) {
        return texts.clone();
    }
    let english = options.interface.get("en").cloned().unwrap_or_default();
    let missing: Vec<&str> = english.keys().map(String::as_str).filter(|key| key.starts_with("ui.") && !own.contains(*key)).collect();
    if let Some(first) = missing.first() {
        let count = missing.len();
        warnings.push(format!(
            "texts.{language}: the interface has no words in this language, so {count} of its texts ({first}, …) are shown in English; \
             write them in texts.{language}"
        ));
    }
    english
}

/// Texts that are looked up by a name of the protocol, also by one for which the interface has no words.
const BY_NAME: [&str; 5] = ["ui.reason.", "ui.by.", "ui.basis.", "ui.safeguard.", "ui.change."];

/// What an owner's words for the interface leave out without saying so: a key that nothing reads, and what was to be filled in.
/// `partners`: there are recipients to be named.
pub(super) fn overrides(options: &BuildOptions, language: &str, own: &Map<String, String>, partners: bool, warnings: &mut Vec<String>) {
    let Some(english) = options.interface.get("en") else { return };
    for (key, text) in own.iter().filter(|(key, _)| key.starts_with("ui.")) {
        let mut warn = |what: String| warnings.push(format!("texts.{language}[\"{key}\"]: {what}"));
        // A form of a number has the holders of its key.
        let form = english.get(key).or_else(|| key.rsplit_once('.').and_then(|(base, _)| english.get(base)));
        let Some(model) = form else {
            if !BY_NAME.iter().any(|family| key.starts_with(family)) {
                warn("the interface has no such text; take a key of consentkit/texts/en".to_owned());
            }
            continue;
        };
        let (wanted, given) = (holders(model), holders(text));
        // A number may be a word where it is one.
        let optional = |holder: &str| holder == "{n}" || (holder == "{partners}" && !partners);
        let missing: Vec<&str> = wanted.iter().filter(|it| !optional(it) && !given.contains(it)).copied().collect();
        if !missing.is_empty() {
            warn(format!("it does not say {}", missing.join(", ")));
        }
        for unknown in given.iter().filter(|it| !wanted.contains(it)) {
            warn(format!("{unknown} is filled with nothing"));
        }
    }
}

/// What stands in braces, with them.
fn holders(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for piece in text.split_inclusive('}') {
        let holder = piece.rfind('{').and_then(|at| piece.get(at..)).filter(|it| it.ends_with('}'));
        found.extend(holder);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_has_the_shape_of_a_tag() {
        for tag in ["de", "fil", "pt-BR", "zh-Hant-TW", "es-419", "sl-rozaj-biske", "de-CH-1996"] {
            assert!(is_tag(tag), "{tag}");
        }
        for name in ["", "d", "german", "de_AT", "de-", "-de", "de AT", "d3", "de-österreich", "a(b", "de-abcdefghi"] {
            assert!(!is_tag(name), "{name}");
        }
    }

    fn texts(pairs: &[(&str, &str)]) -> Map<String, String> {
        let mut map = Map::default();
        for (key, text) in pairs {
            map.set((*key).to_owned(), (*text).to_owned());
        }
        map
    }

    #[test]
    fn what_an_owner_leaves_out_is_said() {
        let mut options = BuildOptions::default();
        let english = [
            ("ui.banner.text", "{partners} for {purposes}. {notice}"),
            ("ui.partners", "{n} partners"),
            ("ui.partners.one", "{n} partner"),
            ("ui.reason.EXPIRED", "Too old."),
        ];
        options.interface.set("en".into(), texts(&english));
        let cases = [
            ("ui.banner.text", "{notice} For {purposes} by {partners}.", None),
            ("ui.banner.text", "We love cookies.", Some("it does not say {partners}, {purposes}, {notice}")),
            ("ui.banner.text", "{partners} for {purposes} and {purpose}. {notice}", Some("{purpose} is filled with nothing")),
            ("ui.partners.one", "one firm", None),
            ("ui.partners.few", "{n} firms of {m}", Some("{m} is filled with nothing")),
            ("ui.reason.DEFAULT_OFF", "Nobody has said yes.", None),
            ("ui.banner.txt", "For {purposes}", Some("the interface has no such text; take a key of consentkit/texts/en")),
            ("analytics.text", "Counts {things}.", None),
        ];
        for (key, text, expected) in cases {
            let mut warnings = Vec::new();
            overrides(&options, "en", &texts(&[(key, text)]), true, &mut warnings);
            let expected: Vec<String> = expected.iter().map(|what| format!("texts.en[\"{key}\"]: {what}")).collect();
            assert_eq!(warnings, expected);
        }
        let mut warnings = Vec::new();
        overrides(&options, "en", &texts(&[("ui.banner.text", "For {purposes}. {notice}")]), false, &mut warnings);
        assert_eq!(warnings, Vec::<String>::new(), "nobody receives anything");
    }

    #[test]
    fn words_that_the_interface_lacks_are_counted() {
        let mut options = BuildOptions::default();
        options.interface.set("en".into(), texts(&[("ui.accept", "Accept all"), ("ui.refuse", "Reject all")]));
        options.interface.set("pt".into(), texts(&[("ui.accept", "Aceitar tudo"), ("ui.refuse", "Recusar tudo")]));
        let said = |language: &str, own: &[(&str, &str)]| {
            let mut warnings = Vec::new();
            let found = interface(&options, language, &texts(own), &mut warnings);
            (found.get("ui.accept").cloned().unwrap_or_default(), warnings)
        };
        assert_eq!(said("pt-AO", &[]), ("Aceitar tudo".to_owned(), vec![]));
        let warning = |count: usize, first: &str| {
            vec![format!(
                "texts.fil: the interface has no words in this language, so {count} of its texts ({first}, …) are shown in English; write them in texts.fil"
            )]
        };
        assert_eq!(said("fil", &[]), ("Accept all".to_owned(), warning(2, "ui.accept")));
        assert_eq!(said("fil", &[("ui.accept", "Tanggapin lahat")]).1, warning(1, "ui.refuse"));
        assert_eq!(said("fil", &[("ui.accept", "Tanggapin lahat"), ("ui.refuse", "Tanggihan lahat")]).1, Vec::<String>::new());
    }
}

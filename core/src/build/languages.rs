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

    #[test]
    fn words_that_the_interface_lacks_are_counted() {
        let mut options = BuildOptions::default();
        let texts = |pairs: &[(&str, &str)]| {
            let mut map = Map::default();
            for (key, text) in pairs {
                map.set((*key).to_owned(), (*text).to_owned());
            }
            map
        };
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

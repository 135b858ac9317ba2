//! A policy from JSON text, with the path and the remedy of every mistake.

use super::{Policy, check};
use crate::error::{Code, Error, Result};

/// Reads and checks a policy.
///
/// # Errors
/// The first mistake: `POLICY_INVALID` for JSON that is broken or has a wrong type or an unknown
/// field, else what [`check`](super::check) found.
pub fn parse(json: &str) -> Result<Policy> {
    let policy = read(json)?;
    match check(&policy).into_iter().next() {
        Some(error) => Err(error),
        None => Ok(policy),
    }
}

/// Reads a policy without checking what its values say of each other.
pub(crate) fn read(json: &str) -> Result<Policy> {
    let mut reader = serde_json::Deserializer::from_str(json);
    let policy = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        // Broken JSON has no path, only the line and column of the message.
        let path = if path == "." || path == "?" { String::new() } else { path };
        Error::new(Code::PolicyInvalid, path, error.into_inner().to_string())
    })?;
    reader.end().map_err(|error| Error::new(Code::PolicyInvalid, "", error.to_string()))?;
    Ok(policy)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{
        "site": "shop.example", "version": 1, "withdrawalUrl": "https://shop.example/privacy",
        "controllers": [{ "id": "shop", "name": "Shop" }],
        "recipients": [{ "id": "acme", "name": "Acme" }],
        "purposes": [{ "id": "analytics", "recipients": ["acme"], "perRecipient": true }],
        "services": [{ "id": "counter", "name": "Counter", "needs": ["analytics", "analytics/acme"] }],
        "texts": { "en": { "analytics.name": "Measure visits", "analytics.text": "Counts pages." } }
    }"#;

    fn wrong(from: &str, to: &str) -> (&'static str, String) {
        let json = GOOD.replace(from, to);
        assert_ne!(json, GOOD, "the replacement must hit");
        let error = parse(&json).expect_err("must be refused");
        assert!(error.hint().len() > 10, "an error says what to do: {error}");
        (error.code(), error.path().to_owned())
    }

    #[test]
    fn a_good_policy_is_read() {
        assert_eq!(parse(GOOD).map(|policy| policy.site), Ok("shop.example".into()));
    }

    #[test]
    fn every_mistake_names_its_place() {
        let cases = [
            ("\"version\": 1,", "\"version\": 1", "POLICY_INVALID", ""),
            ("\"version\": 1", "\"version\": \"one\"", "POLICY_INVALID", "version"),
            ("\"perRecipient\"", "\"perReceipient\"", "POLICY_INVALID", "purposes[0].perReceipient"),
            ("\"id\": \"analytics\"", "\"id\": \"tracking\"", "VALUE_MISSING", "purposes[0].kinds"),
            ("[\"acme\"]", "[\"acne\"]", "UNKNOWN_ID", "purposes[0].recipients[0]"),
            ("\"analytics/acme\"", "\"analytics/other\"", "UNKNOWN_ID", "services[0].needs[1]"),
            ("\"Acme\" }", "\"Acme\" }, { \"id\": \"acme\", \"name\": \"Acme 2\" }", "DUPLICATE_ID", "recipients[1].id"),
            ("\"analytics.text\"", "\"analytics.txt\"", "TEXT_MISSING", "texts.en[\"analytics.text\"]"),
            ("\"https://shop.example/privacy\"", "\"\"", "VALUE_MISSING", "withdrawalUrl"),
        ];
        for (from, to, code, path) in cases {
            assert_eq!(wrong(from, to), (code, path.to_owned()), "{from} -> {to}");
        }
    }
}

//! How places are spelled: ISO 3166-1 (`DE`) and 3166-2 (`US-CA`), and what providers send instead.

use crate::regime::UNKNOWN_PLACE;

/// A place in one spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    code: String,
}

impl Place {
    /// Whether nobody knows where it is.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.code.is_empty()
    }

    /// The place itself, its country, everywhere: in this order laws are looked up.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        let country = self.code.split('-').next().unwrap_or_default();
        [self.code.as_str(), country, UNKNOWN_PLACE].into_iter().filter(|code| !code.is_empty())
    }
}

/// Reads `ca`, `US_CA` or ` us-ca `. What nobody assigns to a country (`XX`, `T1`, `EU`, …) becomes the unknown place.
#[must_use]
pub fn spelled(place: &str) -> Place {
    let mut code = String::new();
    for letter in place.chars().filter(|letter| *letter != ' ') {
        code.push(if letter == '_' { '-' } else { letter.to_ascii_uppercase() });
    }
    if !is_known(&code) {
        code.clear();
    }
    Place { code }
}

/// Whether a code in upper case can be that of a country or of a part of one. ISO leaves `AA`, `QM` to `QZ`, `XA` to `XZ` and `ZZ` to
/// users; of these only `XK` (Kosovo) is in common use. `EU` and `AP` are no countries, and digits are for proxies.
fn is_known(code: &str) -> bool {
    let bytes = code.split('-').next().unwrap_or_default().as_bytes();
    let [first, second] = bytes else { return false };
    let assigned = !matches!((first, second), (b'A', b'A' | b'P') | (b'E', b'U') | (b'Q', b'M'..) | (b'X', _) | (b'Z', b'Z'));
    (assigned || bytes == b"XK") && first.is_ascii_uppercase() && second.is_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_providers_send_is_read() {
        let codes = |place: &str| spelled(place).codes().collect::<Vec<_>>().join(" ");
        assert_eq!(codes("us-ca"), "US-CA US *");
        assert_eq!(codes("US_CA"), "US-CA US *");
        assert_eq!(codes("ca"), "CA CA *");
        assert_eq!(codes("XK"), "XK XK *");
        for unknown in ["", "*", "XX", "ZZ", "T1", "A1", "A2", "O1", "EU", "AP", "EUROPE", "D", "1-2", "ÄÖ"] {
            assert_eq!(codes(unknown), "*", "{unknown}");
        }
    }
}

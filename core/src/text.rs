//! Words and whole numbers in texts, without the standard library's formatting: that is three kilobytes
//! of the browser's engine.

/// Words with something between them.
#[must_use]
pub(crate) fn joined(words: &[&str], between: &str) -> String {
    let mut text = String::new();
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            text.push_str(between);
        }
        text.push_str(word);
    }
    text
}

/// A number in decimal digits.
pub(crate) fn push_number(text: &mut String, number: u64) {
    if number > 9 {
        push_number(text, number / 10);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

/// Reads decimal digits; `None` for anything else, and for more than eighteen.
#[must_use]
pub(crate) fn number(text: &str) -> Option<u64> {
    let digits = text.as_bytes();
    let plain = !digits.is_empty() && digits.len() < 19 && digits.iter().all(u8::is_ascii_digit);
    plain.then(|| digits.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_and_read() {
        for value in [0, 9, 10, 1_795_424_400_000, 999_999_999_999_999_999] {
            let mut text = String::new();
            push_number(&mut text, value);
            assert_eq!(text, value.to_string());
            assert_eq!(number(&text), Some(value));
        }
        for wrong in ["", "-1", "+1", "1.0", "1e3", "9999999999999999999", "٣"] {
            assert_eq!(number(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn words_are_joined() {
        assert_eq!(joined(&["a", "", "b"], "~"), "a~~b");
        assert_eq!(joined(&[], "~"), "");
    }
}

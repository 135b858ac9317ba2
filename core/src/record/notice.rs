//! The hash of the words that a person saw.

use crate::id::Id;
use crate::map::Map;

/// The notice's part of a stamp: `<hash>:<language>`. The shell adds `:` and the layer that was shown.
///
/// The hash is over language, layout and every text with its key, in the order of the keys, each followed
/// by a line feed. `build` publishes the same content under the hash, so that the words can be shown
/// years later.
#[must_use]
pub fn notice_part(language: &str, layout: &str, texts: &Map<String, String>) -> String {
    let mut content = String::new();
    let lines =
        [("language", language), ("layout", layout)].into_iter().chain(texts.iter().map(|(key, text)| (key.as_str(), text.as_str())));
    for (key, text) in lines {
        content.push_str(key);
        content.push('=');
        content.push_str(text);
        content.push('\n');
    }
    [Id::of(content.as_bytes()).to_text().as_str(), language].join(":")
}

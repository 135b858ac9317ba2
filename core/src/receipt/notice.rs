//! The words that a person saw, as `build` publishes them.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::map::Map;
use crate::record::notice_part;

/// The content of `notices/<hash>.json`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The language, BCP 47.
    pub lang: String,
    /// The layout's name.
    pub layout: String,
    /// Key → text.
    pub texts: Map<String, String>,
}

impl Notice {
    /// Its hash, as it stands in the stamp of a record.
    #[must_use]
    pub fn hash(&self) -> String {
        notice_part(&self.lang, &self.layout, &self.texts).split(':').next().unwrap_or_default().to_owned()
    }

    pub(super) fn to_value(&self) -> Value {
        let texts: serde_json::Map<String, Value> = self.texts.iter().map(|(key, text)| (key.clone(), text.as_str().into())).collect();
        json!({ "lang": self.lang, "layout": self.layout, "texts": texts })
    }

    /// Three members, no fewer and no others.
    pub(super) fn from_value(value: &Value) -> Option<Self> {
        let members = value.as_object().filter(|map| map.len() == 3)?;
        let texts = members.get("texts")?.as_object()?;
        let text = |name| Some(members.get(name)?.as_str()?.to_owned());
        let texts = texts.iter().map(|(key, text)| Some((key.clone(), text.as_str()?.to_owned()))).collect::<Option<_>>()?;
        Some(Self { lang: text("lang")?, layout: text("layout")?, texts })
    }
}

//! Comparing effects with patterns, and names for values that a vector cannot know.

use std::collections::BTreeMap;

use consentkit_core::protocol::Event;
use serde_json::Value;

/// Values that were given a name (`"$name"`) at their first appearance.
#[derive(Debug, Default)]
pub(crate) struct Bindings(BTreeMap<String, Value>);

impl Bindings {
    /// Replaces every `"$name"` by the value that has this name.
    pub(crate) fn fill(&self, value: &Value) -> Result<Value, String> {
        Ok(match value {
            Value::String(text) if text.starts_with('$') => self.0.get(text).cloned().ok_or_else(|| format!("{text} has no value yet"))?,
            Value::Array(items) => Value::Array(items.iter().map(|item| self.fill(item)).collect::<Result<_, _>>()?),
            Value::Object(members) => {
                Value::Object(members.iter().map(|(key, it)| Ok((key.clone(), self.fill(it)?))).collect::<Result<_, String>>()?)
            }
            other => other.clone(),
        })
    }

    /// Compares a pattern with a value. Objects need only have what the pattern names, lists must have the
    /// same length, `"*"` is anything, and `"$name"` is anything at first and the same from then on.
    pub(crate) fn compare(&mut self, pattern: &Value, value: &Value) -> Result<(), String> {
        self.at("effects", pattern, value)
    }

    fn at(&mut self, path: &str, pattern: &Value, value: &Value) -> Result<(), String> {
        match (pattern, value) {
            (Value::String(text), _) if text == "*" => Ok(()),
            (Value::String(name), _) if name.starts_with('$') => match self.0.get(name) {
                Some(bound) if bound == value => Ok(()),
                Some(bound) => Err(format!("{path}: {name} was {bound}, now {value}")),
                None => {
                    self.0.insert(name.clone(), value.clone());
                    Ok(())
                }
            },
            (Value::Array(patterns), Value::Array(values)) if patterns.len() == values.len() => patterns
                .iter()
                .zip(values)
                .enumerate()
                .try_for_each(|(index, (pattern, value))| self.at(&format!("{path}[{index}]"), pattern, value)),
            (Value::Object(patterns), Value::Object(values)) => patterns.iter().try_for_each(|(key, pattern)| match values.get(key) {
                Some(value) => self.at(&format!("{path}.{key}"), pattern, value),
                None => Err(format!("{path} has no member {key}; it has {}", values.keys().cloned().collect::<Vec<_>>().join(", "))),
            }),
            (pattern, value) if pattern == value => Ok(()),
            (pattern, value) => Err(format!("{path}: expected {pattern}, got {value}")),
        }
    }
}

/// Reads an event and refuses members that the protocol does not know: serde would overlook them.
pub(crate) fn strictly(source: Value) -> Result<Event, String> {
    let event: Event = serde_json::from_value(source.clone()).map_err(|error| format!("event: {error}"))?;
    let known = serde_json::to_value(&event).map_err(|error| error.to_string())?;
    Bindings::default().at("event", &source, &known).map(|()| event)
}

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
    /// same length unless the pattern is `{"some": […]}`, `"*"` is anything, and `"$name"` is anything at first
    /// and the same from then on.
    pub(crate) fn compare(&mut self, pattern: &Value, value: &Value) -> Result<(), String> {
        self.at("effects", pattern, value)
    }

    /// Finds a value for each pattern, in this order; other values may stand between.
    pub(crate) fn includes(&mut self, patterns: &[Value], values: &[Value]) -> Result<(), String> {
        let mut from = 0;
        for pattern in patterns {
            from = self.find("effects", pattern, values, from)? + 1;
        }
        Ok(())
    }

    /// Refuses every value that one of the patterns matches.
    pub(crate) fn never(&mut self, patterns: &[Value], values: &[Value]) -> Result<(), String> {
        patterns.iter().try_for_each(|pattern| match self.find("effects", pattern, values, 0) {
            Ok(index) => Err(format!("effects[{index}] must not be there: {pattern}")),
            Err(_) => Ok(()),
        })
    }

    /// The first value from an index on that matches. The names that failed attempts gave are forgotten.
    fn find(&mut self, path: &str, pattern: &Value, values: &[Value], from: usize) -> Result<usize, String> {
        let mut problems = String::new();
        for (index, value) in values.iter().enumerate().skip(from) {
            let before = self.0.clone();
            let Err(problem) = self.at(&format!("{path}[{index}]"), pattern, value) else { return Ok(index) };
            self.0 = before;
            problems.push('\n');
            problems.push_str(&problem);
        }
        Err(format!("{path}: nothing from [{from}] on matches {pattern}:{problems}"))
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
            (Value::Object(patterns), Value::Array(values)) if patterns.contains_key("some") => match patterns.get("some") {
                Some(Value::Array(some)) if patterns.len() == 1 => {
                    some.iter().try_for_each(|pattern| self.find(path, pattern, values, 0).map(|_| ()))
                }
                _ => Err(format!("{path}: `some` stands alone and is a list")),
            },
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Effects like those of a click: gates, picture, storing.
    fn effects() -> Vec<Value> {
        vec![
            json!({ "snapshot": { "granted": ["necessary"], "ask": true } }),
            json!({ "view": { "items": [{ "key": "a", "on": false }, { "key": "b", "on": true }], "stamp": "s" } }),
            json!({ "save": { "id": "1" } }),
        ]
    }

    #[test]
    fn effects_may_be_named_alone_and_in_their_order() {
        let good = [
            json!([]),
            json!([{ "snapshot": "*" }, { "save": { "id": "$id" } }]),
            json!([{ "view": { "items": { "some": [{ "key": "b", "on": true }, { "key": "a" }] } } }]),
            json!([{ "view": { "items": { "some": [{ "key": "$first", "on": false }, { "key": "$first" }] } } }]),
            json!([{ "view": { "items": { "some": [] } } }, "*"]),
        ];
        for patterns in good {
            assert_eq!(Bindings::default().includes(patterns.as_array().unwrap(), &effects()), Ok(()), "{patterns}");
        }
    }

    #[test]
    fn a_pattern_that_matches_no_effect_is_noticed() {
        let bad = [
            (json!([{ "save": "*" }, { "view": "*" }]), "nothing from [3] on matches"),
            (json!([{ "view": "*" }, { "view": "*" }]), "\neffects[2] has no member view"),
            (json!([{ "snapshot": { "ask": false } }]), "\neffects[0].snapshot.ask: expected false, got true"),
            (json!([{ "view": { "items": { "some": [{ "key": "a", "on": true }] } } }]), "items[0].on: expected true, got false"),
            (json!([{ "view": { "items": { "some": [{ "key": "c" }] } } }]), "items: nothing from [0] on matches"),
            (json!([{ "view": { "items": { "some": [{ "name": "a" }] } } }]), "has no member name"),
            (json!([{ "view": { "items": { "some": [], "more": [] } } }]), "`some` stands alone"),
            (json!([{ "view": { "items": { "some": {} } } }]), "`some` stands alone"),
            (json!([{ "view": { "stamp": { "some": ["s"] } } }]), "expected {"),
            (json!([{ "view": { "items": [{ "key": "a" }] } }]), "expected ["),
            (json!([{ "view": { "stamp": "$x" } }, { "save": { "id": "$x" } }]), "$x was \"s\", now \"1\""),
        ];
        for (patterns, words) in bad {
            let problem = Bindings::default().includes(patterns.as_array().unwrap(), &effects()).unwrap_err();
            assert!(problem.contains(words), "{patterns}: {problem}");
        }
    }

    #[test]
    fn a_failed_attempt_gives_no_names() {
        let mut bindings = Bindings::default();
        let patterns = [json!({ "view": { "items": { "some": [{ "key": "$on", "on": true }] } } })];
        bindings.includes(&patterns, &effects()).unwrap();
        assert_eq!(bindings.fill(&json!("$on")), Ok(json!("b")));
    }

    #[test]
    fn what_must_never_be_there_is_noticed() {
        let never = |pattern: Value| Bindings::default().never(&[json!({ "send": "*" }), pattern], &effects());
        assert_eq!(never(json!({ "snapshot": { "ask": false } })), Ok(()));
        let found = never(json!({ "view": { "items": { "some": [{ "on": true }] } } }));
        assert!(found.unwrap_err().starts_with("effects[1] must not be there"));
    }
}

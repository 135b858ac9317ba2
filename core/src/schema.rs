//! TypeScript types and the JSON Schema of the policy, generated so that no other language defines them again.

use ts_rs::{Config, TS};

use crate::{build, context, evaluate, policy, protocol, record, regime};

/// All types of the protocol and of policies, as one TypeScript module.
#[must_use]
pub fn typescript() -> String {
    let config = Config::default();
    let mut module = String::from("// Generated from the core by `cargo xtask generate`. Do not edit.\n");
    macro_rules! declare {
        ($($name:ty),* $(,)?) => {$(
            module.push('\n');
            if let Some(docs) = <$name as TS>::docs() {
                module.push_str(&docs);
            }
            module.push_str("export ");
            module.push_str(&<$name as TS>::decl(&config));
            module.push('\n');
        )*};
    }
    declare!(
        protocol::Env,
        context::Context,
        protocol::Stored,
        protocol::StoredRecord,
        record::Intent,
        record::Wish,
        protocol::Event,
        protocol::Outcome,
        protocol::SyncResult,
        protocol::Effect,
        protocol::Notice,
        protocol::Trace,
        protocol::Snapshot,
        protocol::View,
        protocol::Lines,
        evaluate::Prompt,
        evaluate::PromptKind,
        evaluate::DocumentStatus,
        evaluate::DocumentState,
        evaluate::Asked,
        regime::AskReason,
        regime::Suppressor,
        protocol::ItemView,
        regime::DefaultState,
        evaluate::Control,
        evaluate::Reason,
        evaluate::ReasonCode,
        protocol::Past,
        policy::Policy,
        policy::Controller,
        policy::Purpose,
        policy::Kind,
        policy::Facts,
        policy::LegalBasis,
        policy::Recipient,
        policy::DataCategory,
        policy::DataUse,
        policy::Transfer,
        policy::Preference,
        policy::PreferenceKind,
        policy::Service,
        policy::Tracker,
        policy::TrackerKind,
        policy::Document,
        policy::Settings,
        policy::Google,
        policy::GpcSetting,
        policy::Layout,
        policy::Flag,
        policy::PastItem,
        policy::Change,
        policy::Part,
        build::BuildOptions,
        build::Built,
        build::TextBundle,
        build::BootData,
        build::Lock,
    );
    module
}

/// The JSON Schema of a policy, for editors.
#[must_use]
pub fn policy_schema() -> String {
    let schema = schemars::schema_for!(policy::Policy);
    serde_json::to_string_pretty(&schema).map(|text| text + "\n").unwrap_or_default()
}

/// The reference of the policy in Markdown, from the same schema.
#[must_use]
pub fn policy_reference() -> String {
    let schema = schemars::schema_for!(policy::Policy);
    let mut page = String::from("# Policy reference\n\nGenerated from the core by `cargo xtask generate`. Do not edit.\n");
    let root = schema.as_value();
    section(&mut page, "Policy", root);
    for (name, definition) in root.get("$defs").and_then(|it| it.as_object()).into_iter().flatten() {
        section(&mut page, name, definition);
    }
    page
}

fn section(page: &mut String, name: &str, schema: &serde_json::Value) {
    let words = |value: &serde_json::Value, key: &str| value.get(key).and_then(|it| it.as_str()).unwrap_or_default().replace('\n', " ");
    page.push_str(&format!("\n## {name}\n\n{}\n", words(schema, "description")));
    let required = |field: &str| schema.get("required").and_then(|it| it.as_array()).is_some_and(|it| it.iter().any(|name| name == field));
    if let Some(fields) = schema.get("properties").and_then(|it| it.as_object()) {
        page.push_str("\n| field | type | | meaning |\n|---|---|---|---|\n");
        for (field, value) in fields {
            let needed = if required(field) { "required" } else { "" };
            page.push_str(&format!("| `{field}` | {} | {needed} | {} |\n", type_name(value), words(value, "description")));
        }
    }
    if let Some(options) = schema.get("oneOf").and_then(|it| it.as_array()) {
        page.push_str("\n| value | meaning |\n|---|---|\n");
        for option in options {
            page.push_str(&format!("| `{}` | {} |\n", words(option, "const"), words(option, "description")));
        }
    }
}

fn type_name(value: &serde_json::Value) -> String {
    let reference = |value: &serde_json::Value| {
        value
            .get("$ref")
            .and_then(|it| it.as_str())
            .and_then(|it| it.rsplit('/').next())
            .map(|name| format!("[{name}](#{})", name.to_lowercase()))
    };
    if let Some(name) = reference(value) {
        return name;
    }
    match value.get("type") {
        Some(serde_json::Value::String(kind)) if kind == "array" => {
            format!("list of {}", value.get("items").map(type_name).unwrap_or_default())
        }
        Some(serde_json::Value::String(kind)) if kind == "object" => "map".to_owned(),
        Some(serde_json::Value::String(kind)) => kind.clone(),
        Some(serde_json::Value::Array(kinds)) => {
            kinds.iter().filter_map(|kind| kind.as_str()).filter(|kind| *kind != "null").collect::<Vec<_>>().join(" or ")
        }
        _ => "value".to_owned(),
    }
}

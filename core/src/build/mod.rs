//! From a policy that an owner wrote to the files that a site serves.
//!
//! Everything that a page needs before WebAssembly is there is worked out here by the engine itself: what
//! is allowed for a first visitor of each place, and what "accept all" and "refuse all" would open. So the
//! page replays answers of the core and holds no rule.

mod boot;
mod diff;
mod languages;
mod lock;

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::error::{Code, Error, Result};
use crate::map::Map;
use crate::plan::Plan;
use crate::policy::{self, Layout, Policy};
use crate::record::notice_part;
use crate::regime::RuleSet;

pub use boot::{BootData, FirstAnswers};
pub use languages::languages;
pub use lock::Lock;

/// What `build` is told besides the policy.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct BuildOptions {
    /// Now, in milliseconds since 1970.
    #[cfg_attr(feature = "schema", ts(type = "number"))]
    pub now: u64,
    /// The interface's own texts: language → key → text, `ui.` before every key. The policy's texts go on top of them.
    #[cfg_attr(feature = "schema", ts(type = "Record<string, Record<string, string>>"))]
    pub interface: Map<String, Map<String, String>>,
}

/// The files of a build.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Built {
    /// For the preference centre: the policy without texts.
    pub policy: Policy,
    /// For the engine: what the rules say of this policy, in base64url (see [`Plan`]).
    pub plan: String,
    /// For the first lines of a page.
    pub boot: BootData,
    /// For the interface, one for each language.
    #[cfg_attr(feature = "schema", ts(type = "Record<string, TextBundle>"))]
    pub texts: Map<String, TextBundle>,
    /// For the owner's repository: every version so far.
    pub lock: Lock,
    /// What the owner should know.
    pub warnings: Vec<String>,
}

/// The words of one language, and under what they are shown.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct TextBundle {
    /// The language, BCP 47.
    pub lang: String,
    /// The policy's version.
    pub policy: u32,
    /// The policy's part of a stamp.
    pub stamp: String,
    /// The notice's part of a stamp, without the layer.
    pub notice: String,
    /// What the buttons of a first visit do.
    pub first: FirstAnswers,
    /// The place's part of a stamp, by how long an answer counts: `P12M` → `AT BE FI=FI,AX`. A law without `=` lists the
    /// place of its name. A part of a country that is not listed has what its country has, and any other place the last of all.
    pub places: Vec<(String, String)>,
    /// How many recipients there are.
    pub partners: usize,
    /// The full privacy notice.
    pub notice_url: String,
    /// The layout of the first layer.
    pub layout: Layout,
    /// Key → text.
    #[cfg_attr(feature = "schema", ts(type = "Record<string, string>"))]
    pub texts: Map<String, String>,
}

/// Compiles a policy. `lock` is the content of the lock file, or empty before the first build.
///
/// # Errors
/// Every mistake of the policy as [`policy::check`] names it; `VERSION_NOT_RAISED` when the meaning
/// changed and the version did not.
pub fn compile(policy: &str, lock: &str, options: &BuildOptions) -> Result<Built> {
    let mut policy = policy::parse(policy)?;
    let mut lock = Lock::read(lock)?;
    let texts = std::mem::take(&mut policy.texts);
    let languages = languages(&policy, &texts)?;
    lock.add(&policy)?;
    policy.history = diff::history(&lock, &policy);

    let plan = Plan::compile(&policy, &RuleSet::bundled()?)?.since(options.now);
    // It stands in the plan.
    policy.history.clear();
    let (boot, first) = boot::data(&plan, languages, options.now)?;
    let mut warnings = Vec::new();
    let mut bundle = |language: &String, own: &Map<String, String>| {
        let mut all = languages::interface(options, language, own, &mut warnings);
        languages::overrides(options, language, own, !policy.recipients.is_empty(), &mut warnings);
        own.iter().for_each(|(key, text)| {
            all.set(key.clone(), text.clone());
        });
        TextBundle {
            lang: language.clone(),
            policy: policy.version,
            stamp: plan.stamp.clone(),
            notice: notice_part(language, layout_word(policy.settings.layout), &all),
            first: first.clone(),
            places: places(&plan, options.now),
            partners: policy.recipients.len(),
            notice_url: policy.notice_url.clone(),
            layout: policy.settings.layout,
            texts: all,
        }
    };
    let bundles = texts.iter().map(|(language, own)| (language.clone(), bundle(language, own))).collect();
    Ok(Built { plan: plan.to_text(), policy, boot, texts: bundles, lock, warnings })
}

/// See [`TextBundle::places`].
fn places(plan: &Plan, now: u64) -> Vec<(String, String)> {
    let at = |place: &str| plan.laws(&Context { region: place.to_owned(), ..Context::default() }, now).0.first().copied();
    let mut lists: Vec<(String, String)> = Vec::new();
    for law in plan.laws.iter().filter(|law| law.is_in_force(now)) {
        let own = |place: &&str| at(place).is_some_and(|found| found == law);
        let like_country = |place: &str| place.split_once('-').and_then(|(country, _)| at(country)).is_some_and(|it| it.stamp == law.stamp);
        let codes: Vec<&str> = law.places.split(' ').filter(own).filter(|place| !like_country(place)).collect();
        let entry = if codes == [law.id.as_str()] { law.id.clone() } else { format!("{}={}", law.id, codes.join(",")) };
        let ttl = law.stamp.split_once(':').map_or("", |(_, ttl)| ttl);
        if !codes.is_empty() {
            match lists.iter_mut().find(|(known, _)| known == ttl) {
                Some((_, entries)) => *entries = format!("{entries} {entry}"),
                None => lists.push((ttl.to_owned(), entry)),
            }
        }
    }
    lists
}

/// The layout's name, as it stands in a notice.
#[must_use]
pub fn layout_word(layout: Layout) -> &'static str {
    match layout {
        Layout::Bar => "bar",
        Layout::Box => "box",
        Layout::Dialog => "dialog",
    }
}

fn unreadable(what: &str, error: &serde_json::Error) -> Error {
    Error::new(Code::PolicyInvalid, what, error.to_string())
}

//! What follows from the rules for the items of one policy.

use super::law::{GUARDIAN_ALONE, GUARDIAN_ALONE_AND_CHILD, GUARDIAN_AND_CHILD};
use super::{Bracket, Document, EVERY_AGE, Law, Mark, Plan, SNAPSHOT_FORMAT, Service, Terms, Trace};
use crate::cbor;
use crate::error::{Code, Error, Result};
use crate::id::{self, Id};
use crate::policy::{self, GpcSetting, Item, Kind, Policy, Tracker, TrackerKind};

use crate::record::Stamp;
use crate::regime::{CONSENT, Cell, DefaultState, Evidence, GpcRule, Overlay, Regime, RuleSet};
use crate::time::{Period, Timestamp};

impl Plan {
    /// Compiles a policy against rules.
    ///
    /// # Errors
    /// `VALUE_MISSING` for a policy without a site or without purposes.
    pub fn compile(policy: &Policy, rules: &RuleSet) -> Result<Self> {
        if policy.site.is_empty() || policy.purposes.is_empty() {
            return Err(Error::new(Code::ValueMissing, "", "a policy needs a site and at least one purpose"));
        }
        let items: Vec<Known> = policy::items(policy).into_iter().map(|item| Known::of(item, policy)).collect();
        let services = policy.services.iter().map(|it| service(it, &items)).collect();
        let mut laws: Vec<Law> = Vec::new();
        for law in rules.regimes.iter().flat_map(|regime| windows(regime, policy, rules, &items)) {
            match laws.last_mut() {
                // An amendment that changes nothing for this policy is no news.
                Some(last) if last.until == law.from && last.says_the_same(&law) => last.until = law.until,
                _ => laws.push(law),
            }
        }
        let documents: Vec<Document> = policy.documents.iter().map(document).collect();
        Ok(Self {
            stamp: Stamp::of(policy, items.iter().map(|known| &known.item), &rules.version),
            meaning: meaning(policy, &items, &rules.version, &laws, &documents),
            marks: items.iter().map(Known::mark).collect(),
            services,
            history: policy.history.clone(),
            laws,
            documents,
        })
    }
}

/// An item with what is known of it.
struct Known {
    item: Item,
    kinds: u32,
    evidence: Evidence,
}

impl Known {
    fn of(item: Item, policy: &Policy) -> Self {
        let purpose = policy.purposes.iter().find(|purpose| purpose.id == item.purpose);
        let trackers = policy.services.iter().filter(|service| service.needs.contains(&item.key)).flat_map(|service| &service.trackers);
        let data = purpose.into_iter().flat_map(|purpose| &purpose.data);
        Self {
            kinds: item.kinds.iter().fold(0, |bits, kind| bits | kind.bit()),
            evidence: Evidence {
                facts: purpose.map(|purpose| purpose.facts).unwrap_or_default(),
                no_recipients: purpose.is_some_and(|purpose| purpose.recipients.is_empty()),
                trackers: longest(trackers.map(|tracker| tracker.lifetime)),
                data: longest(data.map(|data| data.retention)),
            },
            item,
        }
    }

    fn mark(&self) -> char {
        let ads = self.kinds & (Kind::AdsTargeted.bit() | Kind::SaleShare.bit()) != 0;
        let sensitive = self.kinds & (Kind::Sensitive.bit() | Kind::GeoPrecise.bit()) != 0;
        match (ads, sensitive) {
            (true, true) => Mark::BOTH,
            (true, false) => Mark::ADS,
            (false, true) => Mark::SENSITIVE,
            (false, false) => Mark::NONE,
        }
    }
}

/// The longest of the periods; `None` when one is not stated, or there is none at all.
fn longest(periods: impl Iterator<Item = Option<Period>>) -> Option<Period> {
    periods.reduce(|a, b| Some(if a?.about_days() < b?.about_days() { b? } else { a? })).flatten()
}

/// The laws of a regime: one for each time between the dates of what comes on top of it.
fn windows(regime: &Regime, policy: &Policy, rules: &RuleSet, items: &[Known]) -> Vec<Law> {
    let applies = |overlay: &&Overlay| {
        overlay.applies.split(' ').any(|id| id == regime.id) && overlay.flag.is_none_or(|flag| policy.settings.flags.contains(&flag))
    };
    let overlays: Vec<&Overlay> = rules.overlays.iter().filter(applies).collect();
    let mut dates: Vec<u64> = overlays.iter().flat_map(|it| [it.from, it.until]).collect();
    dates.retain(|date| regime.from < *date && *date < regime.until);
    dates.extend([regime.from, regime.until]);
    dates.sort_unstable();
    dates.dedup();
    let times = dates.iter().zip(dates.iter().skip(1));
    let law = |(from, until): (&u64, &u64)| {
        let here: Vec<&Overlay> = overlays.iter().filter(|it| it.from <= *from && *from < it.until).copied().collect();
        law(regime, *from, *until, policy, rules, &here, items)
    };
    times.map(law).collect()
}

fn law(regime: &Regime, from: u64, until: u64, policy: &Policy, rules: &RuleSet, overlays: &[&Overlay], items: &[Known]) -> Law {
    let matrix = rules.matrices.get(regime.matrix as usize).map(Vec::as_slice).unwrap_or_default();
    let mut ages: Vec<u8> = overlays.iter().map(|it| it.below).chain([regime.age, regime.joint]).filter(|age| *age > 0).collect();
    ages.push(EVERY_AGE);
    ages.sort_unstable();
    ages.dedup();
    let mut brackets: Vec<Bracket> = Vec::new();
    for below in ages {
        let letters: String = items.iter().map(|item| letter(item, below, regime, matrix, overlays)).collect();
        match brackets.last_mut() {
            Some(last) if last.letters == letters => last.below = below,
            _ => brackets.push(Bracket { below, letters }),
        }
    }
    // Behind `~` stands what tells two rows of one law apart.
    let id = regime.id.split('~').next().unwrap_or_default().to_owned();
    let mut stamp = id.clone() + ":";
    if let Some(ttl) = regime.ttl {
        stamp.push_str(&ttl.period.to_string());
    }
    Law {
        id,
        stamp,
        places: regime.places.clone(),
        from,
        until,
        prompt: regime.prompt,
        gpc: policy.settings.gpc == GpcSetting::Everywhere || regime.gpc == GpcRule::Binding,
        ages: brackets,
        ttl: regime.ttl,
        cooldown: regime.cooldown,
        terms: overlays.iter().filter_map(|overlay| terms(overlay, items)).collect(),
    }
}

/// The letter of an item for people of a bracket: the strictest of its kinds, raised by what comes on top.
/// Only an exempting overlay lowers it.
fn letter(known: &Known, below: u8, regime: &Regime, matrix: &[String], overlays: &[&Overlay]) -> char {
    let cell = |kind: &Kind| matrix.get(*kind as usize).and_then(|text| Cell::read(text));
    let of_kind = |kind: &Kind| cell(kind).map_or(DefaultState::Prohibited, |cell| cell.state(&known.evidence));
    let mut state = known.item.kinds.iter().map(of_kind).max().unwrap_or(DefaultState::Prohibited);
    let separate = known.kinds & regime.separate != 0 || regime.separate_recipients && known.item.recipient.is_some();
    if separate && state >= DefaultState::OptIn {
        state = state.max(DefaultState::Separate);
    }
    let young = |age: u8| age == 0 || below <= age;
    let (exempting, raising): (Vec<&Overlay>, Vec<&Overlay>) = overlays.iter().partition(|it| it.state == Some(DefaultState::Allowed));
    if exempting.iter().any(|it| it.hits(known.kinds, state)) {
        state = DefaultState::Allowed;
    }
    let mut alone = state == DefaultState::Separate;
    for overlay in raising.into_iter().filter(|it| young(it.below)) {
        if overlay.hits(known.kinds, state) {
            alone |= overlay.state == Some(DefaultState::Separate);
            state = state.max(overlay.state.unwrap_or(state));
        }
    }
    let by_consent = matches!(state, DefaultState::OptIn | DefaultState::Separate) || state == DefaultState::OptOut && regime.implied;
    if regime.age > 0 && young(regime.age) && by_consent {
        state = DefaultState::Guardian;
    }
    let joint = regime.joint > 0 && below > regime.joint && young(regime.age);
    match (state, alone, joint) {
        (DefaultState::Guardian, true, true) => GUARDIAN_ALONE_AND_CHILD,
        (DefaultState::Guardian, true, false) => GUARDIAN_ALONE,
        (DefaultState::Guardian, false, true) => GUARDIAN_AND_CHILD,
        _ => state.letter(),
    }
}

fn terms(overlay: &Overlay, items: &[Known]) -> Option<Terms> {
    overlay.ttl.map(drop).or(overlay.cooldown.map(drop))?;
    let hit = items.iter().zip(0..).filter(|(item, _)| overlay.hits(item.kinds, DefaultState::OptIn));
    let items: Vec<u32> = hit.map(|(_, index)| index).collect();
    let below = if overlay.below == 0 { EVERY_AGE } else { overlay.below };
    (!items.is_empty()).then_some(Terms { below, items, ttl: overlay.ttl, cooldown: overlay.cooldown })
}

impl Overlay {
    fn hits(&self, kinds: u32, state: DefaultState) -> bool {
        let waits = matches!(state, DefaultState::OptIn | DefaultState::Separate);
        let named = self.kinds & kinds != 0 || self.kinds & CONSENT != 0 && waits;
        named && (self.with == 0 || self.with & kinds != 0)
    }
}

fn service(service: &policy::Service, items: &[Known]) -> Service {
    let place = |need: &String| items.iter().zip(0..).find(|(it, _)| it.item.key == *need).map_or(u32::MAX, |(_, index)| index);
    Service {
        id: service.id.clone(),
        needs: service.needs.iter().map(place).collect(),
        clear: traces(service, true),
        stays: traces(service, false),
        reload: service.reload_on_withdraw,
    }
}

fn document(document: &policy::Document) -> Document {
    let from = Timestamp::of_day(&document.effective).unwrap_or_default();
    Document {
        id: document.id.clone(),
        version: document.version.clone(),
        url: document.url.clone(),
        from: from.0,
        until: document.grace.map_or(from, |grace| from.plus(grace)).0,
    }
}

/// What a service leaves: that which a page can clear, or that which it cannot.
fn traces(service: &policy::Service, clearable: bool) -> Vec<Trace> {
    let can = |tracker: &&Tracker| (tracker.host.is_empty() && !tracker.http_only) == clearable;
    service.trackers.iter().filter(can).map(|it| Trace { name: it.name.clone(), kind: kind_word(it.kind).into() }).collect()
}

fn kind_word(kind: TrackerKind) -> &'static str {
    match kind {
        TrackerKind::Cookie => "cookie",
        TrackerKind::Local => "local",
        TrackerKind::Session => "session",
        TrackerKind::IndexedDb => "indexed_db",
        TrackerKind::Cache => "cache",
    }
}

/// A hash of everything on which decisions depend. Texts, layout and the version number are not in it.
fn meaning(policy: &Policy, items: &[Known], rules: &str, laws: &Vec<Law>, documents: &[Document]) -> String {
    let mut words = policy.site.clone();
    words.push_str(rules);
    words.push(char::from(b'0' + SNAPSHOT_FORMAT as u8));
    for Known { item, .. } in items {
        words.push('\u{1e}');
        words.push_str(&item.key);
        words.push_str(&item.fingerprint.to_text());
    }
    for service in &policy.services {
        words.push('\u{1d}');
        words.push_str(&service.id);
        for need in &service.needs {
            words.push('\u{1f}');
            words.push_str(need);
        }
    }
    // Settings and facts show in what follows from them.
    let mut bytes = [words.into_bytes(), cbor::write(laws)].concat();
    for document in documents {
        bytes.extend(cbor::write(document));
    }
    let Id(hash) = Id::of(&bytes);
    // 48 bits: two policies of one site that look alike by chance are not to be expected.
    id::encode(hash.get(..6).unwrap_or_default())
}

//! The records of a story as the core has them, and what the core says of them.

use std::collections::HashMap;
use std::sync::OnceLock;

use consentkit_core::Engine;
use consentkit_core::evaluate::{Decision, Situation, evaluate};
use consentkit_core::id::{self, Id};
use consentkit_core::map::Set;
use consentkit_core::merge::{Merged, Whose};
use consentkit_core::plan::Plan;
use consentkit_core::policy::Policy;
use consentkit_core::protocol::{Context, Env, Event, Intent, Snapshot, Stored, StoredRecord, Wish};
use consentkit_core::record::Sealed;
use consentkit_core::regime::RuleSet;
use consentkit_core::time::Timestamp;
use serde_json::json;

use super::model::{Merge, of_the_core};
use super::oracle::{Entry, Heard, Letters, Visitor, Who};

/// 2026-11-23T09:00:00Z.
pub(crate) const NOW: u64 = 1_795_424_400_000;
pub(crate) const DAY: u64 = 86_400_000;

/// Both are of a kind that signals refuse, off until a yes in Germany, and there for a guardian to answer below 16.
pub(crate) const ITEMS: [&str; 2] = ["ads", "reach"];

/// The one wish of the stories.
pub(crate) const WISH: &str = "letters.often";

pub(crate) const GROWN_UP: Visitor = Visitor { child: false, signal: false, account: "", device: None };
pub(crate) const CHILD: Visitor = Visitor { child: true, ..GROWN_UP };
pub(crate) const SIGNAL: Visitor = Visitor { signal: true, ..GROWN_UP };
pub(crate) const SIGNAL_AND_ACCOUNT: Visitor = Visitor { account: "ada", ..SIGNAL };
/// On the first device, signed out and signed in.
pub(crate) const AT_HOME: Visitor = Visitor { device: Some(0), ..GROWN_UP };
pub(crate) const ADA: Visitor = Visitor { account: "ada", ..AT_HOME };
pub(crate) const BEN: Visitor = Visitor { account: "ben", ..AT_HOME };
pub(crate) const VISITORS: [Visitor; 6] = [GROWN_UP, CHILD, SIGNAL, SIGNAL_AND_ACCOUNT, AT_HOME, ADA];

/// The plan of a version of the policy: in each, the purposes work in another way.
pub(crate) fn plan(version: usize) -> &'static Plan {
    static PLANS: OnceLock<Vec<Plan>> = OnceLock::new();
    let compile = |version: usize| {
        let purpose = |id| json!({ "id": id, "kinds": ["ads_targeted"], "method": format!("way {version}") });
        let policy: Policy = serde_json::from_value(json!({
            "site": "shop.example", "version": version, "withdrawalUrl": "/privacy", "controllers": [{ "id": "shop", "name": "Shop" }],
            "purposes": ITEMS.map(purpose), "texts": {},
        }))
        .expect("a policy");
        let mut plan = Plan::compile(&policy, &RuleSet::bundled().expect("the bundled rules")).expect("a plan");
        // Thousands of engines are made, each with its own copy.
        plan.laws.retain(|law| law.lists("DE"));
        plan
    };
    &PLANS.get_or_init(|| vec![compile(1), compile(2)])[version - 1]
}

pub(crate) fn context(visitor: Visitor) -> Context {
    Context {
        region: "DE".into(),
        signals: if visitor.signal { vec!["gpc".into()] } else { Vec::new() },
        age: if visitor.child { "10-12" } else { "" }.into(),
        account: visitor.account.into(),
        ..Context::default()
    }
}

/// The pseudonymous id of a device.
pub(crate) fn subject(device: usize) -> String {
    format!("device {device}")
}

/// An answer of one record's own, with nothing unusual about it.
pub(crate) fn entry(parents: &[usize], who: Who, letters: &str) -> Entry {
    let mut letters = letters.chars();
    let letters: Letters = std::array::from_fn(|_| letters.next().unwrap_or('-'));
    let kind = match who {
        Who::Signal => "signal",
        Who::Import => "import",
        _ => "choice",
    };
    Entry {
        device: 0,
        parents: parents.to_vec(),
        kind,
        who,
        letters,
        account: "",
        conflict: false,
        at: NOW - 100 * DAY,
        unsaved: false,
        wish: None,
    }
}

/// Every record that was made so far, told twice: plainly and as the core has it.
#[derive(Default)]
pub(crate) struct World {
    pub entries: Vec<Entry>,
    sealed: Vec<Sealed>,
    places: HashMap<Entry, usize>,
}

impl World {
    /// The place of a record. The same entry is the same record.
    pub(crate) fn add(&mut self, entry: Entry) -> usize {
        if let Some(place) = self.places.get(&entry) {
            return *place;
        }
        let place = self.entries.len();
        let parents = entry.parents.iter().map(|parent| self.sealed[*parent].id).collect();
        self.sealed.push(Sealed::from_intent(self.intent(&entry, place), parents).expect("a record"));
        self.entries.push(entry.clone());
        self.places.insert(entry, place);
        place
    }

    fn intent(&self, entry: &Entry, place: usize) -> Intent {
        let actor = match entry.who {
            Who::Person => "subject",
            Who::Agent => "agent",
            Who::Guardian => "guardian",
            Who::Signal => "signal",
            Who::Import => "import",
        };
        Intent {
            nonce: Id(std::array::from_fn(|at| place.to_le_bytes().get(at).copied().unwrap_or_default())).to_text(),
            kind: entry.kind.into(),
            subject: subject(entry.device),
            account: entry.account.into(),
            at: entry.at,
            heads: entry.parents.iter().map(|parent| self.sealed[*parent].id.to_text()).collect(),
            stamp: plan(1).stamp.clone(),
            actor: actor.into(),
            control: if entry.conflict { "conflict.accept" } else { "centre.save" }.into(),
            answers: entry.letters.iter().collect(),
            wishes: entry.wish.map(|value| Wish { id: WISH.into(), value }).into_iter().collect(),
            ..Intent::default()
        }
    }

    /// A record for whoever reads why a test fails.
    pub(crate) fn line(&self, place: usize) -> String {
        let Entry { device, parents, kind, who, letters, account, conflict, at, unsaved, wish } = &self.entries[place];
        let [first, second] = letters;
        format!(
            "  {place} after {parents:?}: device {device}, {kind}, {who:?} {first}{second} of {account:?}, conflict {conflict}, at {at}, unsaved {unsaved}, wish {wish:?}\n"
        )
    }

    pub(crate) fn id(&self, place: usize) -> Id {
        self.sealed[place].id
    }

    pub(crate) fn sealed(&self, set: &[usize]) -> Vec<&Sealed> {
        set.iter().map(|place| &self.sealed[*place]).collect()
    }

    pub(crate) fn stored(&self, set: &[usize]) -> Vec<StoredRecord> {
        let sealed = self.sealed(set).into_iter();
        sealed.map(|it| StoredRecord { id: it.id.to_text(), bytes: id::encode(&it.bytes), acked: false }).collect()
    }

    pub(crate) fn unsaved(&self, set: &[usize]) -> Set<Id> {
        set.iter().filter(|place| self.entries[**place].unsaved).map(|place| (self.id(*place), ())).collect()
    }

    /// For somebody of whom neither account nor device is known.
    pub(crate) fn merged(&self, set: &[usize]) -> Merged {
        self.merged_for(set, GROWN_UP)
    }

    pub(crate) fn merged_for(&self, set: &[usize], visitor: Visitor) -> Merged {
        self.merged_by(of_the_core, set, visitor)
    }

    pub(crate) fn merged_by(&self, merge: Merge, set: &[usize], visitor: Visitor) -> Merged {
        let own = visitor.device.map(subject).unwrap_or_default();
        merge(&self.sealed(set), &self.unsaved(set), Whose { account: visitor.account, subject: &own })
    }

    pub(crate) fn heard<'a>(&'a self, set: &'a [usize], visitor: Visitor) -> Heard<'a> {
        Heard::of(&self.entries, set, visitor)
    }

    /// The records whose answers to an item stand, in the words of the core.
    pub(crate) fn standing(&self, merged: &Merged, item: usize) -> Vec<usize> {
        let answers = merged.answers.get(ITEMS[item]).map(Vec::as_slice).unwrap_or_default();
        let place = |id: Id| self.sealed.iter().position(|it| it.id == id).expect("a record of the story");
        let mut places: Vec<usize> = answers.iter().map(|answer| place(answer.record)).collect();
        places.sort_unstable();
        places
    }

    /// What a new engine permits when it finds these records; those that are unsaved it learns from their pages.
    pub(crate) fn engine(&self, set: &[usize], visitor: Visitor) -> (Engine, Snapshot) {
        let (unsaved, saved): (Vec<usize>, Vec<usize>) = set.iter().partition(|place| self.entries[**place].unsaved);
        let mut engine = Engine::new(plan(1).clone()).expect("an engine");
        let env = Env { now: NOW, entropy: vec![0; 32] };
        let stored = Stored { records: self.stored(&saved), subject: visitor.device.map(subject).unwrap_or_default(), ..Stored::default() };
        engine.handle(Event::Open { context: context(visitor), stored }, env.clone());
        for place in unsaved {
            engine.handle(Event::Intent { intent: self.intent(&self.entries[place], place), saved: false }, env.clone());
        }
        let snapshot = engine.snapshot().expect("an engine that has been opened").clone();
        (engine, snapshot)
    }
}

/// The decisions of the core over what was merged, of one version of the policy at one moment.
pub(crate) fn decide(merged: &Merged, context: &Context, version: usize, now: u64) -> Vec<Decision> {
    let plan = plan(version);
    let subject = plan.subject().expect("a plan");
    let (laws, next) = plan.laws(context, now);
    let situation = Situation { plan, items: &subject.items, policy: subject.policy, laws: &laws, context, merged, now: Timestamp(now) };
    evaluate(situation, next).decisions
}

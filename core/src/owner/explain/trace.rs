//! How a law comes to the default of an item, found out by compiling the policy against less than the law.
//!
//! The compiler of plans is asked again and again: with one cell alone, with one condition alone, then with everything put
//! back in the order in which it takes effect. What changes the letter is a step. So the steps are the compiler's own.

use crate::error::Result;
use crate::plan::{Law, Plan};
use crate::policy::{self, Item, Kind, Policy, Purpose};
use crate::regime::{DefaultState, LawText, Laws, Overlay, Regime, RuleSet};

use super::types::{FactWord, Finding, KindOrigin, Step};

/// A default, and whether only a yes of its own counts.
type Letter = (DefaultState, bool);

/// A policy against rules, and the words of these.
#[derive(Clone, Copy)]
pub(super) struct Trace<'a> {
    pub policy: &'a Policy,
    pub rules: &'a RuleSet,
    pub texts: &'a Laws,
}

impl<'a> Trace<'a> {
    /// The row in force behind a law, with its words.
    pub(super) fn row(&self, law: &Law, now: u64) -> Option<(&'a Regime, &'a LawText)> {
        let is =
            |row: &&Regime| row.id.split('~').next() == Some(&law.id) && row.places == law.places && row.from <= now && now < row.until;
        let row = self.rules.regimes.iter().find(is)?;
        // Rows of one id stand in the order of their dates in both.
        let place = self.rules.regimes.iter().filter(|it| it.id == row.id).position(|it| it.from == row.from)?;
        let text = self.texts.regimes.iter().filter(|it| it.id == row.id).nth(place)?;
        Some((row, text))
    }

    /// One finding for each item of the policy.
    pub(super) fn findings(&self, law: &Law, age: Option<u8>, now: u64) -> Result<Vec<Finding>> {
        let Some((row, text)) = self.row(law, now) else { return Ok(Vec::new()) };
        let items = policy::items(self.policy);
        let ask = |regime: &Regime, matrix: Option<Vec<String>>, overlays: &[&Overlay]| self.letters(regime, matrix, overlays, age, now);

        let bare = Regime { age: 0, implied: false, separate: 0, separate_recipients: false, ..row.clone() };
        let mut letters = ask(&bare, None, &[])?;
        let mut steps = self.cells(&bare, text, &items, &letters, age, now)?;

        let with_codes = Regime { age: 0, implied: false, ..row.clone() };
        let next = ask(&with_codes, None, &[])?;
        self.note(&mut steps, &mut letters, next, |item, _| items.get(item).and_then(|item| self.separate(text, item)));

        let flags = &self.policy.settings.flags;
        let here = |it: &&Overlay| {
            it.applies.split(' ').any(|id| id == row.id)
                && it.from <= now
                && now < it.until
                && it.flag.is_none_or(|flag| flags.contains(&flag))
        };
        // What exempts takes effect before what raises.
        let mut overlays: Vec<&Overlay> = self.rules.overlays.iter().filter(here).collect();
        overlays.sort_by_key(|it| it.state != Some(DefaultState::Allowed));
        for count in 1..=overlays.len() {
            let (Some(so_far), Some(last)) = (overlays.get(..count), overlays.get(count - 1)) else { continue };
            let next = ask(&with_codes, None, so_far)?;
            self.note(&mut steps, &mut letters, next, |_, (state, _)| Some(self.overlay(last, state)));
        }
        let next = ask(row, None, &overlays)?;
        self.note(&mut steps, &mut letters, next, |_, _| Some(Step::Age { below: row.age }));

        let finding = |(steps, (state, alone)): (Vec<Step>, Letter)| Finding { law: law.id.clone(), steps, state, alone, decides: false };
        Ok(steps.into_iter().zip(letters).map(finding).collect())
    }

    /// The letters of a regime that is not quite what the tables say.
    fn letters(
        &self,
        regime: &Regime,
        matrix: Option<Vec<String>>,
        overlays: &[&Overlay],
        age: Option<u8>,
        now: u64,
    ) -> Result<Vec<Letter>> {
        let own = self.rules.matrices.get(regime.matrix as usize).cloned().unwrap_or_default();
        let rules = RuleSet {
            version: String::new(),
            matrices: vec![matrix.unwrap_or(own)],
            regimes: vec![Regime { matrix: 0, ..regime.clone() }],
            overlays: overlays.iter().map(|it| (*it).clone()).collect(),
        };
        let plan = Plan::compile(self.policy, &rules)?;
        let law = plan.laws.iter().find(|law| law.is_in_force(now));
        Ok((0..plan.marks.len()).filter_map(|item| law.map(|law| law.default_of(item, age))).collect())
    }

    /// Adds a step to every item whose letter has changed.
    fn note(&self, steps: &mut [Vec<Step>], letters: &mut Vec<Letter>, next: Vec<Letter>, step: impl Fn(usize, Letter) -> Option<Step>) {
        for (item, ((steps, was), now)) in steps.iter_mut().zip(letters.iter()).zip(&next).enumerate() {
            if was != now {
                steps.extend(step(item, *now));
            }
        }
        *letters = next;
    }

    /// The cells that gave each item its first letter: of its kinds the strictest.
    fn cells(
        &self,
        bare: &Regime,
        text: &LawText,
        items: &[Item],
        letters: &[Letter],
        age: Option<u8>,
        now: u64,
    ) -> Result<Vec<Vec<Step>>> {
        let matrix = self.rules.matrices.get(bare.matrix as usize).cloned().unwrap_or_default();
        let mut steps: Vec<Vec<Step>> = vec![Vec::new(); items.len()];
        for kind in Kind::ALL {
            let Some(cell) = matrix.get(kind as usize).filter(|_| items.iter().any(|item| item.kinds.contains(&kind))) else { continue };
            let alone = |cell: &str| {
                let cells = Kind::ALL.iter().map(|it| if *it == kind { cell.to_owned() } else { "A".to_owned() }).collect();
                self.letters(bare, Some(cells), &[], age, now)
            };
            let states = alone(cell)?;
            let words: Vec<(&str, Vec<Letter>)> =
                conditions(cell).map(|word| Ok((word, alone(&format!("O if {word} else D"))?))).collect::<Result<_>>()?;
            for (index, ((item, state), letter)) in items.iter().zip(&states).zip(letters).enumerate() {
                if !item.kinds.contains(&kind) || state != letter {
                    continue;
                }
                let holds = |letters: &Vec<Letter>| letters.get(index).is_some_and(|(state, _)| *state == DefaultState::OptOut);
                let facts = words.iter().map(|(word, letters)| FactWord { word: (*word).to_owned(), holds: holds(letters) }).collect();
                let purpose = self.policy.purposes.iter().find(|purpose| purpose.id == item.purpose);
                steps.get_mut(index).into_iter().for_each(|steps| {
                    steps.push(Step::Cell {
                        kind,
                        origin: purpose.map_or(KindOrigin::Unknown, |purpose| origin(kind, purpose, self.policy)),
                        column: text.column.clone(),
                        cell: cell.clone(),
                        facts: Clone::clone(&facts),
                        state: state.0,
                    });
                });
            }
        }
        Ok(steps)
    }

    /// The first code of a row that makes an item separate.
    fn separate(&self, row: &LawText, item: &Item) -> Option<Step> {
        let name = |kind: &Kind| serde_json::to_value(kind).ok().and_then(|it| it.as_str().map(str::to_owned)).unwrap_or_default();
        let kinds: Vec<String> = item.kinds.iter().map(name).collect();
        let mut codes = row.separate.split(' ').filter_map(|code| self.texts.codes.iter().find(|it| it.code == code));
        let code = codes.find(|code| {
            code.recipients && item.recipient.is_some() || code.kinds.split(' ').any(|kind| kinds.iter().any(|own| own == kind))
        })?;
        Some(Step::Separate { code: code.code.clone(), meaning: code.meaning.clone(), source: code.source.clone() })
    }

    fn overlay(&self, overlay: &Overlay, state: DefaultState) -> Step {
        // Both lists have the rows in the order of the table.
        let place = self.rules.overlays.iter().position(|it| it == overlay);
        let text = place.and_then(|place| self.texts.overlays.get(place)).cloned();
        let text = text.unwrap_or_else(|| LawText { id: overlay.id.clone(), ..LawText::default() });
        Step::Overlay { text, flag: overlay.flag, below: overlay.below, state }
    }
}

/// The words between `if` and `else`.
pub(super) fn conditions(cell: &str) -> impl Iterator<Item = &str> {
    let words = cell.split_once(" if ").and_then(|(_, rest)| rest.split_once(" else ")).map_or("", |(words, _)| words);
    words.split_whitespace()
}

fn origin(kind: Kind, purpose: &Purpose, policy: &Policy) -> KindOrigin {
    if purpose.kinds.contains(&kind) {
        return KindOrigin::Named;
    }
    if purpose.kinds.is_empty() && Kind::defaults(&purpose.id).contains(&kind) {
        return KindOrigin::Id;
    }
    let sensitive = |id: &str| policy.data_categories.iter().any(|category| category.id == id && category.sensitive);
    let data = purpose.data.iter().find(|data| sensitive(&data.category)).map(|data| KindOrigin::Data(data.category.clone()));
    let transfer = purpose.transfers.iter().find(|it| it.safeguard == "consent").map(|it| KindOrigin::Transfer(it.country.clone()));
    match kind {
        Kind::Sensitive => data,
        Kind::Xborder => transfer,
        _ => None,
    }
    .unwrap_or(KindOrigin::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::parse;

    /// One purpose of each kind, and one of several, with and without facts and flags.
    fn policies() -> Vec<Policy> {
        let kinds: Vec<String> = Kind::ALL.iter().map(|kind| serde_json::to_string(kind).expect("a name")).collect();
        let purpose = |id: usize, kinds: &str, more: &str| format!(r#"{{ "id": "p{id}", "kinds": [{kinds}]{more} }}"#);
        let each = |more: &str| kinds.iter().enumerate().map(|(id, kind)| purpose(id, kind, more)).collect::<Vec<_>>();
        let facts =
            r#", "facts": { "ownUse": true, "aggregated": true, "solePurpose": true, "highRisk": false, "matchedToPerson": false }"#;
        let mut mixed = each(r#", "recipients": ["r"], "perRecipient": true"#);
        mixed.push(purpose(90, r#""sale_share", "geo_precise""#, r#", "data": [{ "category": "d" }]"#));
        let all = ["video", "online_platform", "tcf", "california_opt_in", "child_directed", "hipaa_entity", "glba_data", "social_service"];
        let flags = all.map(|flag| format!("\"{flag}\"")).join(",");
        let cases = [(each(""), ""), (each(facts), ""), (mixed.clone(), ""), (mixed, flags.as_str())];
        let policy = |(purposes, flags): (Vec<String>, &str)| {
            let ids = purposes.iter().filter_map(|it| it.split('"').nth(3)).map(|id| format!(r#""{id}.name": "n", "{id}.text": "t""#));
            let (texts, purposes) = (ids.collect::<Vec<_>>().join(","), purposes.join(","));
            let json = format!(
                r#"{{ "site": "s", "version": 1, "withdrawalUrl": "u", "controllers": [{{ "id": "c", "name": "C" }}],
                "recipients": [{{ "id": "r", "name": "R" }}], "dataCategories": [{{ "id": "d", "sensitive": true }}],
                "settings": {{ "flags": [{flags}] }}, "purposes": [{purposes}], "texts": {{ "en": {{ {texts} }} }} }}"#
            );
            parse(&json).expect("a policy")
        };
        cases.into_iter().map(policy).collect()
    }

    #[test]
    fn the_steps_lead_to_what_the_plan_says() {
        let (rules, texts) = (RuleSet::bundled().expect("rules"), Laws::bundled().expect("texts"));
        let policies: Vec<(Policy, Plan)> =
            policies().into_iter().map(|policy| (policy.clone(), Plan::compile(&policy, &rules).expect("a plan"))).collect();
        let mut tried = 0;
        // Every law of every time, each with one of the policies and one of the ages.
        let ages = [None, Some(5), Some(17), Some(14), None];
        for ((policy, plan), turn) in policies.iter().zip(0..) {
            let trace = Trace { policy, rules: &rules, texts: &texts };
            for (place, law) in plan.laws.iter().enumerate().filter(|(place, _)| place % policies.len() == turn) {
                let (now, age) = (law.from, ages[place % ages.len()]);
                for (index, finding) in trace.findings(law, age, now).expect("findings").into_iter().enumerate() {
                    assert_eq!((finding.state, finding.alone), law.default_of(index, age), "{} {age:?} {index}", law.id);
                    assert!(!finding.steps.is_empty(), "{} {age:?} {index}", law.id);
                    tried += 1;
                }
            }
        }
        assert!(tried > 1_500, "{tried}");
    }

    #[test]
    fn every_row_has_its_words() {
        let (rules, texts) = (RuleSet::bundled().expect("rules"), Laws::bundled().expect("texts"));
        let ids = |rows: &[LawText]| rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&texts.overlays), rules.overlays.iter().map(|it| it.id.clone()).collect::<Vec<_>>());
        let (mut ours, mut theirs) = (ids(&texts.regimes), rules.regimes.iter().map(|it| it.id.clone()).collect::<Vec<_>>());
        ours.sort();
        theirs.sort();
        assert_eq!(ours, theirs);
        assert!(texts.regimes.iter().chain(&texts.overlays).all(|row| !row.law.is_empty() && !row.source.is_empty()));
    }
}

//! What people have said, kept apart from the software: the ground on which everything else is judged.

use std::collections::{BTreeMap, HashMap};

use consentkit_core::protocol::Intent;

use crate::world::{ITEMS, Mask, Site};

/// What was said of one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// Nothing that counts.
    Nothing,
    /// On.
    Yes,
    /// Off.
    No,
}

/// Who said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The person.
    Person,
    /// A signal of their browser.
    Signal,
}

/// One answer.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Of the intent and of its record.
    pub nonce: String,
    /// Who gave it.
    pub who: Who,
    /// Under which version of the policy.
    pub version: usize,
    /// What it says of each of [`ITEMS`].
    pub words: [Word; ITEMS.len()],
    /// The moment that the device's clock showed.
    pub at: u64,
    /// By whose device, as far as the page knew.
    pub subject: String,
    /// The heads of the intent, word for word, without those that nobody could know when its record was made.
    pub heads: Vec<String>,
    /// Somebody was told that it is saved.
    pub told: bool,
    /// Its intent or its record has lain on the device.
    pub stored: bool,
    /// What was used to answer.
    pub control: &'static str,
}

/// Every answer in the order in which it was given, and every record that an engine has made of one.
#[derive(Debug, Default)]
pub struct Ledger {
    /// The answers.
    pub choices: Vec<Choice>,
    by_nonce: HashMap<String, usize>,
    by_id: BTreeMap<String, usize>,
}

impl Ledger {
    /// An answer that is being given.
    pub fn say(&mut self, intent: &Intent, who: Who, version: usize, control: &'static str) -> usize {
        let mut words = [Word::Nothing; ITEMS.len()];
        for ((item, _), letter) in Site::of(version).items.iter().zip(intent.answers.chars()) {
            let word = match letter {
                'g' => Word::Yes,
                'r' | 'w' => Word::No,
                _ => Word::Nothing,
            };
            if let Some(place) = words.get_mut(*item) {
                *place = word;
            }
        }
        let place = self.choices.len();
        let (nonce, at, subject, heads) = (intent.nonce.clone(), intent.at, intent.subject.clone(), intent.heads.clone());
        self.by_nonce.insert(nonce.clone(), place);
        self.choices.push(Choice { nonce, who, version, words, at, subject, heads, told: false, stored: false, control });
        place
    }

    /// Another nonce of the same answer, which there must never be.
    pub fn also(&mut self, nonce: &str, other: &str) {
        if let Some(place) = self.of_nonce(nonce) {
            self.by_nonce.insert(other.to_owned(), place);
        }
    }

    /// The answer of a nonce.
    #[must_use]
    pub fn of_nonce(&self, nonce: &str) -> Option<usize> {
        self.by_nonce.get(nonce).copied()
    }

    /// The answer of a record.
    #[must_use]
    pub fn of_id(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// The answer that a head names.
    #[must_use]
    pub fn of_head(&self, head: &str) -> Option<usize> {
        head.strip_prefix('~').map_or_else(|| self.of_id(head), |nonce| self.of_nonce(nonce))
    }

    /// Of every record that was made.
    pub fn ids(&self) -> impl Iterator<Item = &String> {
        self.by_id.keys()
    }

    /// A record has been made, of an answer and the nonces that it names in a tab that sees some of them: intents that lie nowhere
    /// any more end a branch (M10 of ARCHITECTURE.md).
    pub fn made(&mut self, id: &str, bytes: &str, sees: impl Fn(&Self, usize, &str) -> bool) {
        if self.by_id.contains_key(id) {
            return;
        }
        let Some(fields) = Fields::read(bytes) else { return };
        let Some(place) = self.of_nonce(&fields.salt) else { return };
        let named: Vec<usize> = fields.parents.iter().filter_map(|id| self.of_id(id)).collect();
        let gone = |head: &String| {
            let waiting = head.strip_prefix('~').and_then(|nonce| Some((self.of_nonce(nonce)?, nonce)));
            waiting.is_some_and(|(place, nonce)| !named.contains(&place) && !sees(self, place, nonce))
        };
        let heads = self.choices.get(place).map(|choice| choice.heads.iter().filter(|head| !gone(head)).cloned().collect());
        self.mark(Some(place), |choice| choice.heads = heads.unwrap_or_default());
        self.by_id.insert(id.to_owned(), place);
    }

    /// Changes what is known of an answer.
    pub fn mark(&mut self, place: Option<usize>, change: impl FnOnce(&mut Choice)) {
        if let Some(choice) = place.and_then(|place| self.choices.get_mut(place)) {
            change(choice);
        }
    }

    /// The items that are on without a yes that was stored, among those that a page of a version has turned on.
    #[must_use]
    pub fn unsupported(&self, on: Mask, version: usize) -> Mask {
        let site = Site::of(version);
        let supported = |item: usize| {
            self.choices.iter().any(|choice| {
                choice.words.get(item) == Some(&Word::Yes)
                    && choice.stored
                    && choice.version <= version
                    && Site::of(choice.version).form(item) == site.form(item)
            })
        };
        (0..ITEMS.len()).filter(|item| on >> item & 1 == 1 && !supported(*item)).fold(0, |mask, item| mask | 1 << item)
    }

    /// The last answer to an item that meets a condition.
    pub fn last(&self, item: usize, meets: impl Fn(&Choice, Word) -> bool) -> Option<usize> {
        self.choices.iter().rposition(|choice| choice.words.get(item).is_some_and(|word| *word != Word::Nothing && meets(choice, *word)))
    }
}

/// A record as somebody reads it who knows its form from the documentation only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    /// In base64url.
    pub salt: String,
    /// Ids in base64url.
    pub parents: Vec<String>,
    /// The moment.
    pub at: u64,
    /// The answer line.
    pub answers: String,
}

impl Fields {
    /// Reads the bytes of a record, in base64url.
    #[must_use]
    pub fn read(bytes: &str) -> Option<Self> {
        let bytes = consentkit_core::id::decode(bytes)?;
        let text = |bytes: &[u8]| consentkit_core::id::encode(bytes);
        let mut from = minicbor::Decoder::new(&bytes);
        (from.array().ok()? == Some(17) && from.u8().ok()? == 1).then_some(())?;
        from.skip().ok()?;
        let salt = text(from.bytes().ok()?);
        let parents = (0..from.array().ok()??).map(|_| from.bytes().ok().map(text)).collect::<Option<_>>()?;
        (0..2).try_for_each(|_| from.skip().ok())?;
        let at = from.u64().ok()?;
        (0..6).try_for_each(|_| from.skip().ok())?;
        Some(Self { salt, parents, at, answers: from.str().ok()?.to_owned() })
    }
}

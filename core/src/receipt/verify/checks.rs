//! The steps themselves.

use serde_json::{Map, Value};

use super::{Name, Report, Status, Step, Trust, Verdict};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::proof::{Checkpoint, Kind, LogKey, Proof, check_inclusion, leaf};
use crate::receipt::json::Plain;
use crate::receipt::{EVIDENCE, Evidence, Facts, Notice, invalid, statement};
use crate::record::{Sealed, Shown};

/// Checks a receipt. It does not fail itself: what cannot be read is a step that fails.
#[must_use]
pub fn verify(receipt: &str, trust: &Trust<'_>) -> Report {
    let mut run = Run { trust, id: String::new(), steps: Vec::new() };
    let done = run.all(receipt);
    // Steps that were not reached could not be checked.
    let reached = run.steps.len();
    if !trust.brief {
        run.steps.extend(ORDER.into_iter().skip(reached).map(|step| Step { step, status: Status::Open, found: NOT_REACHED.to_owned() }));
    }
    let has = |status| run.steps.iter().any(|step| step.status == status);
    let verdict = match done {
        Err(Stop) => Verdict::Fail,
        Ok(()) if has(Status::Fail) => Verdict::Fail,
        Ok(()) if has(Status::Open) => Verdict::Open,
        Ok(()) => Verdict::Pass,
    };
    Report { verdict, id: run.id, steps: run.steps }
}

const ORDER: [Name; 10] = [
    Name::Receipt,
    Name::Hash,
    Name::Record,
    Name::Statement,
    Name::Policy,
    Name::Notice,
    Name::Leaf,
    Name::Inclusion,
    Name::Signature,
    Name::Key,
];

const NOT_REACHED: &str = "not checked, because an earlier step failed";
const PENDING: &str = "not checked: the receipt has no proof yet; ask the site for a new copy of it later";

/// A step failed behind which nothing can be checked.
struct Stop;

struct Run<'a> {
    trust: &'a Trust<'a>,
    id: String,
    steps: Vec<Step>,
}

impl Run<'_> {
    /// Notes how a step ended; `Err` when the rest makes no sense, or nobody wants to know.
    fn note(&mut self, step: Name, outcome: Result<&str>) -> std::result::Result<(), Stop> {
        let (status, found) = match outcome {
            Ok(found) => (Status::Pass, found.to_owned()),
            Err(error) => (Status::Fail, sentence(&error)),
        };
        self.steps.push(Step { step, status, found });
        if status == Status::Fail && self.trust.brief { Err(Stop) } else { Ok(()) }
    }

    fn open(&mut self, step: Name, why: &str) {
        self.steps.push(Step { step, status: Status::Open, found: why.to_owned() });
    }

    /// A step without which the next ones cannot be.
    fn needed<T>(&mut self, step: Name, outcome: Result<T>, found: &str) -> std::result::Result<T, Stop> {
        match outcome {
            Ok(value) => self.note(step, Ok(found)).map(|()| value),
            Err(error) => self.note(step, Err(error)).and(Err(Stop)),
        }
    }

    fn all(&mut self, text: &str) -> std::result::Result<(), Stop> {
        let (said, evidence) = self.needed(Name::Receipt, read(text), "the text is a receipt")?;
        let id = Id::of(&evidence.record);
        self.id = id.to_text();
        let named = said.get("dct:identifier").and_then(Value::as_str) == Some(self.id.as_str());
        let unlike =
            || invalid("dct:identifier", "the bytes of the record have another hash than the id: the record or the id was changed");
        self.note(Name::Hash, named.then_some("the SHA-256 of the record's bytes is its id").ok_or_else(unlike))?;
        let record = self.needed(Name::Record, evidence.read_record(), "the bytes are a record that can be read")?;
        let facts = evidence.policy.as_deref().map(Facts::read).transpose();
        self.note(Name::Statement, agrees(&said, &record, facts.as_ref().ok().and_then(Option::as_ref), &evidence))?;
        match facts {
            Ok(None) => self.open(Name::Policy, "not checked: the receipt encloses no policy, so it says little of the purposes"),
            Ok(Some(facts)) => self.note(Name::Policy, fits(&facts, &record).and_then(|()| self.in_log(&evidence)))?,
            Err(error) => self.note(Name::Policy, Err(error))?,
        }
        self.notice(&record, &evidence)?;
        self.log(id, &evidence)
    }

    /// Whether the log has the policy too, which holds what no fingerprint covers: names and addresses.
    fn in_log(&self, evidence: &Evidence) -> Result<&'static str> {
        let (Some(text), Some(proof)) = (&evidence.policy, &evidence.policy_proof) else {
            return Ok("purposes, data, recipients and grounds are those of the record's fingerprints; the log does not hold the policy, \
                       so names and addresses are as the site gave them with this receipt");
        };
        let key = LogKey::read(evidence.key.as_deref().unwrap_or_default())?;
        let proof = Proof::read(proof)?;
        let head = Checkpoint::open(&proof.checkpoint, &key)?;
        check_inclusion(&proof.path, proof.index, leaf(Kind::Policy, &head.origin, Facts::hash(text)), &head)?;
        Ok("the policy is the one that the person answered under, and the log holds it")
    }

    fn notice(&mut self, record: &Sealed, evidence: &Evidence) -> std::result::Result<(), Stop> {
        let hash = Shown::read(&record.record.stamp).notice;
        let brought = self
            .trust
            .notice
            .map(|text| serde_json::from_str(text).map_err(|error| invalid("notice", format!("the notice cannot be read: {error}"))));
        let notices: Result<Vec<Notice>> = brought.into_iter().chain(evidence.notice.clone().map(Ok)).collect();
        let unlike = || invalid("notice", "the notice has another hash than the record names: these are not the words that were shown");
        match notices {
            Err(error) => self.note(Name::Notice, Err(error)),
            Ok(notices) if notices.iter().any(|notice| notice.hash() != hash) => self.note(Name::Notice, Err(unlike())),
            Ok(notices) if notices.is_empty() && hash.is_empty() => {
                self.note(Name::Notice, Ok("nothing was shown, and the receipt has no notice"))
            }
            Ok(notices) if notices.is_empty() => {
                self.open(Name::Notice, "not checked: the words are not in the receipt; name the file that the site publishes");
                Ok(())
            }
            Ok(_) => self.note(Name::Notice, Ok("the words are those that were shown")),
        }
    }

    fn log(&mut self, id: Id, evidence: &Evidence) -> std::result::Result<(), Stop> {
        let Some(text) = &evidence.proof else {
            for step in [Name::Leaf, Name::Inclusion, Name::Signature, Name::Key] {
                self.open(step, PENDING);
            }
            return Ok(());
        };
        let read = Proof::read(text).and_then(|proof| Ok((Checkpoint::read(&proof.checkpoint)?, proof)));
        let (head, proof) = self.needed(Name::Leaf, read, "the proof is for the leaf that this record has in this log")?;
        let leaf = leaf(Kind::Record, &head.origin, id);
        let included = check_inclusion(&proof.path, proof.index, leaf, &head);
        self.note(Name::Inclusion, included.map(|()| "the leaf is in the tree of the checkpoint"))?;
        let missing = || invalid("key", "the receipt encloses no key");
        let signed =
            evidence.key.as_deref().ok_or_else(missing).and_then(LogKey::read).and_then(|key| Checkpoint::open(&proof.checkpoint, &key));
        self.note(Name::Signature, signed.map(|_| "the checkpoint is signed by the key in the receipt"))?;
        match self.trust.key {
            None => {
                self.open(Name::Key, "not checked: name the key that the site publishes; anybody can sign with a key of their own");
                Ok(())
            }
            Some(key) if evidence.key.as_deref() == Some(key.trim()) => self.note(Name::Key, Ok("the key is the one that you trust")),
            Some(_) => self
                .note(Name::Key, Err(invalid("key", "the key in the receipt is not the one that you trust: somebody else's log is shown"))),
        }
    }
}

/// The receipt without its evidence, and the evidence.
fn read(text: &str) -> Result<(Map<String, Value>, Evidence)> {
    let Plain(value) = serde_json::from_str(text).map_err(|error| invalid("", format!("it is no receipt: {error}")))?;
    let Value::Object(mut said) = value else { return Err(invalid("", "a receipt is a JSON object")) };
    let evidence = Evidence::from_value(&said.remove(EVIDENCE).unwrap_or_default())?;
    Ok((said, evidence))
}

fn agrees(said: &Map<String, Value>, record: &Sealed, facts: Option<&Facts>, evidence: &Evidence) -> Result<&'static str> {
    let expected = statement::receipt(record, facts, evidence)?;
    if said == &expected {
        return Ok("the receipt says what record, policy and notice say");
    }
    let names = said.keys().chain(expected.keys());
    let name = names.into_iter().find(|name| said.get(*name) != expected.get(*name)).cloned().unwrap_or_default();
    Err(invalid(name, "the receipt says something else here than its evidence: believe the record's bytes only"))
}

/// Whether the facts are those under whose fingerprints the person answered.
fn fits(facts: &Facts, record: &Sealed) -> Result<()> {
    let stamp = &record.stamp;
    let items = facts.items().unwrap_or_default();
    let pairs = items.iter().map(|item| (&item.key, item.fingerprint));
    let same = facts.site == stamp.site
        && facts.version == stamp.policy.to_string()
        && pairs.eq(stamp.items.iter().map(|item| (&item.key, item.fingerprint)));
    let unlike =
        || invalid("policy", "the policy has another site, version or fingerprints than the record: the person did not answer under it");
    same.then_some(()).ok_or_else(unlike)
}

fn sentence(error: &Error) -> String {
    if error.path().is_empty() { error.hint().to_owned() } else { format!("{}: {}", error.path(), error.hint()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_receipt_fails_at_the_first_step() {
        for text in ["", "[]", "{}", "{\"ck:evidence\":{\"format\":\"1\"}}", "{\"a\":\"b\",\"a\":\"b\"}", "{\"a\":1}", "null"] {
            let report = verify(text, &Trust::default());
            assert_eq!((report.verdict, report.steps[0].status), (Verdict::Fail, Status::Fail), "{text}");
            assert!(report.steps[1..].iter().all(|step| step.status == Status::Open));
            assert_eq!(report.steps.len(), ORDER.len());
        }
    }
}

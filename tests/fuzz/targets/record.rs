//! `Sealed::read` over any bytes: what is read keeps its bytes, and a record that is written anew is read as the same.
#![no_main]

use consentkit_core::id::{self, Id};
use consentkit_core::record::{Intent, Record, Sealed, Shown};
use consentkit_fuzz::is_planted;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = id::encode(bytes);
    let Ok(sealed) = Sealed::read(&Id::of(bytes).to_text(), &text) else { return };
    assert_eq!(sealed.bytes, bytes, "the bytes are kept, also what stands behind the fields");
    assert!(Sealed::read(&Id([0; 32]).to_text(), &text).is_err(), "bytes under another id are refused");
    let written = again(&sealed);
    assert_eq!(Record { parents: sorted(&sealed), ..sealed.record.clone() }, written.record);
    let read = Sealed::read(&written.id.to_text(), &id::encode(&written.bytes)).expect("what the core writes, it reads");
    assert_eq!(read, written);
    assert_eq!(again(&read).bytes, read.bytes, "written anew, it has the same bytes");
    // Rare, and a few changed bytes away from any record.
    assert!(!(is_planted() && read.record.at % 1021 == 7), "a planted fault");
    // Everything that asks a record for what it says.
    let _ = (sealed.answers().count(), sealed.wishes().len(), sealed.actor(), sealed.at(), Shown::read(&sealed.record.stamp));
});

fn again(sealed: &Sealed) -> Sealed {
    let Record { kind, salt, parents, subject, account, at, stamp, region, signals, age, actor, control, answers, wishes, checkpoint, body, .. } =
        sealed.record.clone();
    let nonce = salt.to_text();
    let intent =
        Intent { nonce, kind, subject, account, at, stamp, region, signals, age, actor, control, answers, wishes, checkpoint, body, ..Intent::default() };
    Sealed::from_intent(intent, parents).expect("an intent with what a record had")
}

fn sorted(sealed: &Sealed) -> Vec<Id> {
    let mut parents = sealed.record.parents.clone();
    parents.sort_unstable();
    parents.dedup();
    parents
}

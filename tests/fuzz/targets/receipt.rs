//! `receipt::verify` over any text, and the facts of a policy that receipts enclose. Nothing is proved without a key that is
//! trusted, and what a receipt calls its record is the hash of the bytes in it.
#![no_main]

use consentkit_core::id::{self, Id};
use consentkit_core::receipt::{Facts, Name, Status, Trust, Verdict, verify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let report = verify(text, &Trust::default());
    assert_eq!(verify(text, &Trust::default()), report, "the same question has the same answer");
    assert_eq!(verify(text, &Trust { brief: true, ..Trust::default() }).verdict, report.verdict, "who stops early comes to the same");
    let fails = report.steps.iter().any(|it| it.status == Status::Fail);
    assert_eq!(report.verdict, if fails { Verdict::Fail } else { Verdict::Open }, "without a trusted key nothing passes");
    if report.steps.iter().any(|it| it.step == Name::Hash && it.status == Status::Pass) {
        let receipt: serde_json::Value = serde_json::from_str(text).expect("what has a hash is JSON");
        let bytes = receipt["ck:evidence"]["record"].as_str().and_then(id::decode).expect("the bytes of the record");
        assert_eq!(report.id, Id::of(&bytes).to_text());
    }
    if let Ok(facts) = Facts::read(text) {
        let written = facts.to_text().expect("facts as JSON");
        assert_eq!(Facts::read(&written).as_ref(), Ok(&facts), "what is written is read as the same");
    }
});

//! The stored state of sending, over any text: the byte FF stands before the moment. Nothing in it keeps a record from
//! being sent for longer than the longest pause, but for a refusal by its id.
#![no_main]

use consentkit_core::outbox::Outbox;
use consentkit_core::protocol::Stored;
use consentkit_fuzz::{NOW, PAST_EVERY_PAUSE, answer, env, germany, opened, record_of, sent, wake};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut fields = data.split(|byte| *byte == 0xff).map(|field| String::from_utf8_lossy(field).into_owned());
    let text = fields.next().unwrap_or_default();
    let now = fields.next().and_then(|it| it.parse().ok()).unwrap_or(NOW);

    let mut outbox = Outbox::default();
    let wait = outbox.resume(&text, now);
    assert!(wait.is_none_or(|wait| wait > 0 && u64::from(wait) < PAST_EVERY_PAUSE));
    assert_eq!(outbox.wait(), wait.unwrap_or(0));
    let written = outbox.to_text();
    let mut again = Outbox::default();
    assert_eq!(again.resume(&written, now), wait, "what is written is read as the same");
    assert_eq!(again.to_text(), written);

    let record = record_of(answer(1, "-rrrr"));
    let stored = Stored { records: vec![record.clone()], outbox: text.clone(), ..Stored::default() };
    let (mut engine, effects) = opened(&germany(), stored, now);
    let later = engine.handle(wake(), env(now.saturating_add(PAST_EVERY_PAUSE)));
    let tried = sent(&effects).len() + sent(&later).len();
    // A clock that stands at its end does not go on.
    let passes = now < u64::MAX - PAST_EVERY_PAUSE;
    assert!(tried == 1 || text.contains(&record.id) || !passes, "the record waits for ever");
});

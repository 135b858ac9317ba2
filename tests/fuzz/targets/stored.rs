//! Everything that a page may find in storage, handed to an engine.
//!
//! The input is a list of fields, separated by the byte FF, which no text has: region, residence, signals, age, account,
//! cookie, state of sending, moment. Then follows what was found, by its first letter: `r` and `a` are records that
//! wait and that are acknowledged, `x` is a record behind an id that need not be its own, `i` is an intent as JSON.
#![no_main]

use consentkit_core::codec::cookie::Cookie;
use consentkit_core::protocol::{Context, Event, Intent, Stored, StoredRecord};
use consentkit_core::record::Sealed;
use consentkit_fuzz::{ASKED, NOW, env, germany, opened, plan, says_yes, snapshot, under_its_id, wake};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let (context, stored, now) = read(data);
    let (mut engine, effects) = opened(&context, stored.clone(), now);
    let (other, said_again) = opened(&context, stored.clone(), now);
    assert_eq!(effects, said_again, "the same question has the same answer");
    assert_eq!(snapshot(&engine), snapshot(&other));

    let mut turned = stored.clone();
    turned.records.reverse();
    turned.records.extend(stored.records.iter().filter(|it| Sealed::read(&it.id, &it.bytes).is_ok()).cloned());
    assert_eq!(snapshot(&opened(&context, turned, now).0), snapshot(&engine), "neither order nor repetition means anything");

    let mut readable = stored.clone();
    readable.records.retain(|it| Sealed::read(&it.id, &it.bytes).is_ok());
    let without = snapshot(&opened(&context, readable, now).0);
    let with = snapshot(&engine);
    assert_eq!((with.granted, with.services, with.heads), (without.granted, without.services, without.heads), "what cannot be read says nothing");

    unasked(&stored, now);

    // Whatever it has found, it goes on: told the same again, woken at the end of time, asked in another place.
    engine.handle(Event::Stored { stored }, env(now));
    engine.handle(Event::Context { context: germany() }, env(now));
    engine.handle(wake(), env(u64::MAX));
});

/// In Germany nothing that asks is on unless something that can be read says yes.
fn unasked(stored: &Stored, now: u64) {
    let (engine, _) = opened(&germany(), stored.clone(), now);
    let mut yes = stored.records.clone();
    yes.extend(stored.intents.iter().filter_map(|it| Sealed::from_intent(it.clone(), Vec::new()).ok()).map(|sealed| StoredRecord {
        id: sealed.id.to_text(),
        bytes: consentkit_core::id::encode(&sealed.bytes),
        acked: false,
    }));
    let cookie = Cookie::read(&stored.cookie).filter(|it| it.meaning == plan().meaning);
    let carried = |index: usize| {
        let cell = cookie.as_ref().and_then(|it| *it.answers.get(index)?);
        cell.is_some_and(|cell| cell.state.letter() == 'g')
    };
    for (index, item) in engine.items().iter().enumerate().filter(|(_, item)| ASKED.contains(&item.key.as_str())) {
        let on = snapshot(&engine).granted.contains(&item.key);
        assert!(!on || says_yes(&yes, &item.key) || carried(index), "{} is on and nobody has said yes", item.key);
    }
}

fn read(data: &[u8]) -> (Context, Stored, u64) {
    let mut fields = data.split(|byte| *byte == 0xff).map(|field| String::from_utf8_lossy(field).into_owned());
    let mut next = || fields.next().unwrap_or_default();
    let (region, residence) = (next(), next());
    let signals = next().split(',').filter(|it| !it.is_empty()).map(str::to_owned).collect();
    let context = Context { region, residence, signals, age: next(), account: next() };
    let mut stored = Stored { cookie: next(), outbox: next(), ..Stored::default() };
    let now = next().parse().unwrap_or(NOW);
    for field in fields {
        let Some((kind, rest)) = field.split_at_checked(1) else { continue };
        match kind {
            "r" | "a" => stored.records.push(under_its_id(rest.to_owned(), kind == "a")),
            "x" => {
                let (id, bytes) = rest.split_once(' ').unwrap_or_default();
                stored.records.push(StoredRecord { id: id.to_owned(), bytes: bytes.to_owned(), acked: false });
            }
            "i" => stored.intents.extend(serde_json::from_str::<Intent>(rest)),
            _ => {}
        }
    }
    (context, stored, now)
}

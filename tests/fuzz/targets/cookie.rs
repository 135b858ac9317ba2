//! `Cookie::read` over any text. What it takes is written as the same, and opens nothing that it does not say.
#![no_main]

use consentkit_core::codec::cookie::{Cookie, MAX_HEADS};
use consentkit_core::protocol::Stored;
use consentkit_fuzz::{ASKED, NOW, germany, opened, plan, snapshot};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let value = String::from_utf8_lossy(data).into_owned();
    let read = Cookie::read(&value);
    if let Some(mut cookie) = read.clone() {
        let written = cookie.write();
        cookie.heads.truncate(MAX_HEADS);
        assert_eq!(Cookie::read(&written), Some(cookie), "what is written is read as the same");
    }
    let (engine, effects) = opened(&germany(), Stored { cookie: value, ..Stored::default() }, NOW);
    assert!(!effects.is_empty(), "a page always hears what is on");
    for (index, item) in engine.items().iter().enumerate().filter(|(_, item)| ASKED.contains(&item.key.as_str())) {
        let cell = read.as_ref().filter(|it| it.meaning == plan().meaning).and_then(|it| *it.answers.get(index)?);
        let on = snapshot(&engine).granted.contains(&item.key);
        assert!(!on || cell.is_some_and(|it| it.state.letter() == 'g'), "{} is on and the cookie does not say so", item.key);
    }
});

//! Changes every byte of every body in a file of receipts (see the example `receipts`), one at a time, and asks the verifier
//! of the core: `cargo run --profile server -p consentkit-backend --example tamper -- FILE`. Exits with 1 when a change goes unseen.

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::process::ExitCode;

use consentkit_core::id::{decode, encode};
use consentkit_core::receipt::{Trust, Verdict, verify};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("which file?")?;
    let mut lines = BufReader::new(File::open(path)?).lines();
    let key: String = serde_json::from_str(&lines.next().ok_or("no key")??)?;
    let trust = Trust { key: Some(&key), brief: true, ..Trust::default() };
    let (mut bodies, mut changes, mut unseen) = (0_u64, 0_u64, 0_u64);
    for line in lines {
        let receipt: String = serde_json::from_str(&line?)?;
        if verify(&receipt, &trust).verdict == Verdict::Fail {
            return Err("a receipt fails that nobody has changed".into());
        }
        let value: serde_json::Value = serde_json::from_str(&receipt)?;
        let text = value.pointer("/ck:evidence/record").and_then(|it| it.as_str()).ok_or("no record")?;
        let body = decode(text).ok_or("no base64url")?;
        for at in 0..body.len() {
            let mut changed = body.clone();
            if let Some(byte) = changed.get_mut(at) {
                // Another value for each place and body, never the same byte.
                *byte ^= u8::try_from((changes * 7 + 3) % 255 + 1)?;
            }
            if verify(&receipt.replacen(text, &encode(&changed), 1), &trust).verdict != Verdict::Fail {
                eprintln!("unseen: byte {at} of {}", value.pointer("/dct:identifier").and_then(|id| id.as_str()).unwrap_or_default());
                unseen += 1;
            }
            changes += 1;
        }
        bodies += 1;
    }
    println!("{bodies} bodies, {changes} changes of one byte, {unseen} unseen");
    Ok(if unseen == 0 && changes > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

//! Telling other systems of every change, by the convention of standard-webhooks.
//!
//! Each webhook has a place in the log and goes through it in order: at least once, with the pauses and the meanings of
//! answers that devices have towards us, because it is the core's outbox that decides.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use base64ct::{Base64, Encoding};
use consentkit_core::id::Id;
use consentkit_core::outbox::Outbox;
use consentkit_core::protocol::{Outcome, SyncResult};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::changes::{self, Change};
use crate::clock;
use crate::limits::{INTEGRATION_PAUSE, MAX_HOOK_TIME};
use crate::metrics::Metrics;
use crate::random::Random;
use crate::setting::Opened;
use crate::store::{Database, Result};
use crate::tenant::{Tenant, Tenants, Webhook};

/// Bytes of a secret, by the convention.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// Reads a secret: `whsec_` and base64 of 24 to 64 bytes.
#[must_use]
pub fn secret(text: &str) -> Option<Vec<u8>> {
    let bytes = Base64::decode_vec(text.strip_prefix("whsec_")?).ok()?;
    SECRET_BYTES.contains(&bytes.len()).then_some(bytes)
}

/// The value of `webhook-signature`.
#[must_use]
pub fn signature(secret: &[u8], id: &str, seconds: u64, body: &str) -> String {
    let keyed = Hmac::<Sha256>::new_from_slice(secret).map(|keyed| keyed.chain_update(format!("{id}.{seconds}.{body}")));
    format!("v1,{}", keyed.map_or_else(|_| String::new(), |keyed| Base64::encode_string(&keyed.finalize().into_bytes())))
}

/// The thread that calls. It ends when this is dropped.
#[derive(Debug)]
pub struct Caller {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

struct Work {
    database: Database,
    tenants: Tenants,
    metrics: Metrics,
    agent: ureq::Agent,
    holder: String,
    /// When each webhook may be called again.
    pauses: BTreeMap<(String, String), (Outbox, u64)>,
}

impl Caller {
    /// Starts, if any tenant has a webhook.
    ///
    /// # Errors
    /// When the operating system has no thread or no randomness.
    pub fn start(opened: &Opened, metrics: Metrics) -> std::io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        if opened.tenants.iter().all(|tenant| tenant.webhooks.is_empty()) {
            return Ok(Self { stop, thread: None });
        }
        let holder = Random::draw().map_err(|error| std::io::Error::other(error.to_string()))?.id("holder").to_text();
        // A redirect would send what is signed for one address to another.
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).timeout_global(Some(MAX_HOOK_TIME));
        let agent = ureq::Agent::new_with_config(config.build());
        let (database, tenants) = (opened.database.clone(), opened.tenants.clone());
        let mut work = Work { database, tenants, metrics, agent, holder, pauses: BTreeMap::new() };
        let told = stop.clone();
        let thread = thread::Builder::new().name("webhooks".into()).spawn(move || {
            while !told.load(Ordering::Relaxed) {
                if !work.turn() {
                    thread::park_timeout(INTEGRATION_PAUSE);
                }
            }
        })?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for Caller {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ended = thread.join();
        }
    }
}

impl Work {
    /// One call for each webhook that has something to hear; whether there was any.
    fn turn(&mut self) -> bool {
        let mut called = false;
        for tenant in self.tenants.clone().iter() {
            for hook in &tenant.webhooks {
                match self.next(tenant, hook) {
                    Ok(more) => called |= more,
                    Err(error) => tracing::error!(code = "HOOK_NOT_CALLED", tenant = tenant.id, hook = hook.id, %error),
                }
            }
        }
        called
    }

    fn next(&mut self, tenant: &Tenant, hook: &Webhook) -> Result<bool> {
        let now = clock::now();
        let name = (tenant.id.clone(), hook.id.clone());
        if self.pauses.get(&name).is_some_and(|(_, until)| *until > now) {
            return Ok(false);
        }
        let (position, change, state) = self.database.read(|shelf| {
            let (log, (position, state)) = (shelf.log(&tenant.id)?, shelf.hook(&tenant.id, &hook.id)?);
            Ok((position, changes::from(shelf, &tenant.id, &log, position, 1)?.pop(), state))
        })?;
        let Some(change) = change else { return Ok(false) };
        // One process calls; a tenant's id has no #.
        let lease = format!("{}#webhooks", tenant.id);
        if self.database.commit(now, |shelf| shelf.lease(&lease, &self.holder))?.is_none() {
            return Ok(false);
        }
        let mut outbox = match self.pauses.remove(&name) {
            Some((outbox, _)) => outbox,
            None => {
                let mut outbox = Outbox::default();
                if let Some(wait) = outbox.resume(&state, now) {
                    self.pauses.insert(name, (outbox, now + u64::from(wait)));
                    return Ok(false);
                }
                outbox
            }
        };
        outbox.wake(now);
        let id = Id::from_text(&change.id).unwrap_or(Id([0; 32]));
        let outcome = self.call(hook, &change);
        let sent = outbox.sent(&[id], &outcome, random(), now);
        let (status, taken) = (outcome.status, sent.acked.contains(&id));
        // Alone in its batch, a change that is refused for good is set aside, visibly, and the next one has its turn.
        let refused = !taken && sent.wait.is_none();
        self.metrics.called(if taken {
            "taken"
        } else if refused {
            "refused"
        } else {
            "later"
        });
        let position = if taken || refused { position + 1 } else { position };
        let state = if taken || refused { String::new() } else { outbox.to_text() };
        self.database.commit(now, |shelf| {
            if refused {
                shelf.note_undelivered(&tenant.id, &hook.id, id, status.into())?;
            }
            shelf.note_hook(&tenant.id, &hook.id, position, &state)
        })?;
        if let Some(wait) = sent.wait {
            tracing::warn!(code = "HOOK_LATER", tenant = tenant.id, hook = hook.id, status, wait);
            self.pauses.insert(name, (outbox, now + u64::from(wait)));
        }
        Ok(taken || refused)
    }

    fn call(&self, hook: &Webhook, change: &Change) -> Outcome {
        let seconds = clock::now() / 1_000;
        let at = jiff::Timestamp::from_second(i64::try_from(seconds).unwrap_or_default()).unwrap_or_default();
        let body =
            serde_json::json!({ "type": format!("consent.{}", change.kind), "timestamp": at.to_string(), "data": change }).to_string();
        let request = self.agent.post(&hook.url).header("content-type", "application/json").header("webhook-id", &change.id);
        let signature = signature(&hook.secret, &change.id, seconds, &body);
        let answer = request.header("webhook-timestamp", seconds.to_string()).header("webhook-signature", signature).send(body);
        // An answer of this convention has no body that counts: a success names what it was told.
        let named = SyncResult { id: change.id.clone(), status: "stored".into() };
        match answer {
            Ok(answer) => {
                let header = answer.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
                let retry_after = Duration::from_secs(header.unwrap_or(0)).as_millis().try_into().unwrap_or_default();
                Outcome { status: answer.status().as_u16().into(), results: vec![named], retry_after, ..Outcome::default() }
            }
            Err(_) => Outcome::default(),
        }
    }
}

fn random() -> u32 {
    let mut bytes = [0; 4];
    // Without randomness everybody waits the longest, which is only slower.
    getrandom::fill(&mut bytes).map_or(u32::MAX, |()| u32::from_le_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification of standard-webhooks, as its libraries test it.
    #[test]
    fn a_signature_is_the_one_that_other_libraries_make() {
        let secret = secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret");
        let signed = signature(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_that_is_too_short_is_none() {
        assert_eq!(secret("whsec_c2hvcnQ="), None);
        assert_eq!(secret("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), None);
    }
}

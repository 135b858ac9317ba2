//! How often one sender may ask. Senders are told apart by a keyed hash that lives as long as the process; no
//! address is kept.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header::RETRY_AFTER};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use consentkit_core::id::Id;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::problem::Problem;
use crate::random::Random;
use crate::tenant::Tenants;

/// So many seconds' requests may come at once.
const BURST: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);

/// Senders that are remembered before those that are quiet are forgotten.
const MANY_SENDERS: usize = 50_000;

/// Counts the requests of each sender.
#[derive(Clone)]
pub struct Rate(Option<Arc<Counted>>);

struct Counted {
    limiter: DefaultKeyedRateLimiter<Id>,
    random: Random,
    header: Option<HeaderName>,
    tenants: Tenants,
}

impl Rate {
    /// `per_second` for each sender, ten times as many at once; 0 for no limit. `header` is where a trusted proxy names the
    /// sender's address.
    #[must_use]
    pub fn new(per_second: u32, header: Option<HeaderName>, random: Random, tenants: Tenants) -> Self {
        let quota = NonZeroU32::new(per_second).map(|rate| Quota::per_second(rate).allow_burst(rate.saturating_mul(BURST)));
        Self(quota.map(|quota| Arc::new(Counted { limiter: RateLimiter::keyed(quota), random, header, tenants })))
    }
}

/// Answers 429 to whoever asks too often.
pub async fn limit(State(rate): State<Rate>, request: Request, next: Next) -> Response {
    let Some(counted) = &rate.0 else { return next.run(request).await };
    let sender = counted.random.id(&sender(counted, &request));
    if counted.limiter.len() > MANY_SENDERS {
        counted.limiter.retain_recent();
    }
    let Err(until) = counted.limiter.check_key(&sender) else { return next.run(request).await };
    let wait = until.wait_time_from(DefaultClock::default().now()).as_secs() + 1;
    let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "TOO_OFTEN", "wait as long as Retry-After says, then send it again");
    let mut response = problem.into_response();
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait));
    response
}

/// An API key counts for itself, everybody else by where they come from.
fn sender(counted: &Counted, request: &Request) -> String {
    if let Some((tenant, key)) = super::access::bearer(request.headers()).and_then(|key| counted.tenants.of_key(key)) {
        return format!("key\n{}\n{}", tenant.id, key.id);
    }
    let named = counted.header.as_ref().and_then(|name| request.headers().get(name)).and_then(|value| value.to_str().ok());
    let peer = || request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip().to_string()).unwrap_or_default();
    format!("address\n{}", named.map_or_else(peer, str::to_owned))
}

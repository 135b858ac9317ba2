//! Numbers for Prometheus. None of them is about a person, and none has a label that a sender chooses.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Transactions that were tried again. The store has no way to the metrics of an app, and there is one process.
pub(crate) static RETRIES: AtomicU64 = AtomicU64::new(0);

/// Seconds that a request may take, in steps.
const STEPS: [f64; 9] = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.0, 10.0];

/// What is counted.
#[derive(Debug, Clone)]
pub struct Metrics {
    requests: Family<Request, Counter>,
    seconds: Family<Path, Histogram>,
    statuses: Family<Status, Counter>,
    integrated: Counter,
    hooks: Family<Hook, Counter>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    path: &'static str,
    status: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Path {
    path: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Status {
    status: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Hook {
    outcome: &'static str,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            requests: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(STEPS)),
            statuses: Family::default(),
            integrated: Counter::default(),
            hooks: Family::default(),
        }
    }
}

impl Metrics {
    /// A request was answered. The path is the route's, never the one that was asked for.
    pub fn answered(&self, path: &'static str, status: u16, took: Duration) {
        self.requests.get_or_create(&Request { path, status: status.into() }).inc();
        self.seconds.get_or_create(&Path { path }).observe(took.as_secs_f64());
    }

    /// Something was settled: `stored`, `duplicate`, …
    pub fn settled(&self, status: &str) {
        self.statuses.get_or_create(&Status { status: status.to_owned() }).inc();
    }

    /// So many leaves have joined a log.
    pub fn integrated(&self, count: usize) {
        self.integrated.inc_by(count as u64);
    }

    /// A webhook was called.
    pub fn called(&self, outcome: &'static str) {
        self.hooks.get_or_create(&Hook { outcome }).inc();
    }

    /// All of it, in the text form of OpenMetrics. `waiting` is the length of the queue.
    #[must_use]
    pub fn text(&self, waiting: usize) -> String {
        let mut registry = Registry::with_prefix("consentkit");
        registry.register("requests", "Answered requests", self.requests.clone());
        registry.register("request_seconds", "How long requests took", self.seconds.clone());
        registry.register("items", "Records and intents by what became of them", self.statuses.clone());
        registry.register("log_leaves", "Leaves that have joined a log", self.integrated.clone());
        registry.register("webhook_calls", "Calls of webhooks", self.hooks.clone());
        registry.register("retries", "Transactions that were tried again", ConstCounter::new(RETRIES.load(Ordering::Relaxed)));
        registry.register("waiting", "Transactions that wait to be committed", ConstGauge::new(waiting as u64));
        let mut text = String::new();
        // Writing into a text does not fail.
        let _written = encode(&mut text, &registry);
        text
    }
}

//! From start to the last commit.

use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderName;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use crate::cli::Serve;
use crate::delivery::Delivery;
use crate::http::app::{App, router};
use crate::http::rate::Rate;
use crate::limits::MIN_SECRET_BYTES;
use crate::listen;
use crate::metrics::Metrics;
use crate::random::Random;
use crate::sequencer::Sequencer;
use crate::setting::Opened;
use crate::token::Signer;
use crate::webhook;
use crate::writer::Writer;

/// The environment variable that holds the secret of the tokens.
const SECRET: &str = "CONSENTKIT_SECRET";

/// The environment variable that says what is logged: `warn`, `info`, `consentkit_backend=debug`, …
const LOG: &str = "CONSENTKIT_LOG";

/// Serves until the process is told to stop, then ends what is under way and commits it.
///
/// # Errors
/// When it cannot start, with one sentence for the operator.
pub fn run(options: &Serve) -> Result<(), Box<dyn Error>> {
    log();
    let header = |name: &Option<String>| name.as_deref().map(str::parse::<HeaderName>).transpose();
    let signer = Arc::new(signer()?);
    let delivery = Delivery::open(options.delivery.clone())?;
    let opened = options.setting.open(true)?;
    if !opened.second.is_there() {
        tracing::warn!("without --second a restored backup brings back what was erased since, and a shortened log goes unseen");
    }
    let metrics = Metrics::default();
    let sequencer = Sequencer::start(&opened, metrics.clone())?;
    let caller = webhook::Caller::start(&opened, metrics.clone())?;
    let Opened { database, tenants, second } = opened;
    let (writer, thread) = Writer::start(database.clone(), tenants.clone())?;
    let rate = Rate::new(options.rate, header(&options.address_header)?, Random::draw()?, tenants.clone());
    let region_header = header(&options.region_header)?;
    let store = database.name();
    let app = App { writer, database, tenants, signer, second, rate, metrics, region_header, delivery };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(listen(options, store, app))?;
    // Requests past their grace end here, and with them the last way to the writer.
    drop(runtime);
    drop((sequencer, caller));
    thread.join().map_err(|_| "the writer has failed; the database holds everything that was acknowledged".into())
}

async fn listen(options: &Serve, store: &str, app: App) -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind((options.host, options.port)).await?;
    // Before the lines below, so that whoever reads them can already stop the server.
    let told = told_to_stop()?;
    let origin = format!("http://{}", listener.local_addr()?);
    writeln!(io::stdout(), "listening on {origin}")?;
    // The same for programs; whoever has read enough may have gone.
    let _gone = writeln!(io::stdout(), "{}", serde_json::json!({ "listening": origin, "store": store, "pid": std::process::id() }));
    listen::listen(listener, router(app), Duration::from_secs(options.idle), told).await;
    Ok(())
}

/// Lines of JSON on stderr. Nothing about a person is ever given to them.
fn log() {
    let filter = EnvFilter::try_from_env(LOG).unwrap_or_else(|_| EnvFilter::new("warn,consentkit_backend=info"));
    // It fails where a log is kept already, and then that one is as good.
    let _kept = tracing_subscriber::fmt().json().flatten_event(true).with_writer(io::stderr).with_env_filter(filter).try_init();
}

/// Ends on Ctrl-C, and where there are signals on `SIGTERM`, which is what service managers send.
fn told_to_stop() -> io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    })
}

fn signer() -> Result<Signer, Box<dyn Error>> {
    let secret = match env::var(SECRET) {
        Ok(secret) if secret.len() >= MIN_SECRET_BYTES => secret.into_bytes(),
        Ok(_) => return Err(format!("{SECRET} is too short; use at least {MIN_SECRET_BYTES} random characters").into()),
        Err(env::VarError::NotPresent) => {
            let mut random = vec![0; MIN_SECRET_BYTES];
            getrandom::fill(&mut random)?;
            tracing::warn!("{SECRET} is not set: tokens are signed with a random secret and end with this process");
            random
        }
        Err(error) => return Err(format!("{SECRET}: {error}").into()),
    };
    Signer::new(&secret).ok_or_else(|| format!("{SECRET} cannot be used").into())
}

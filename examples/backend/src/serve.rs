//! From start to the last commit.

use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::sync::Arc;

use axum::http::HeaderName;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::app::{App, router};
use crate::cli::Serve;
use crate::delivery::Delivery;
use crate::limits::{MIN_SECRET_BYTES, SHUTDOWN_GRACE};
use crate::store::Store;
use crate::token::Signer;
use crate::writer::Writer;

/// The environment variable that holds the secret of the tokens.
const SECRET: &str = "CONSENTKIT_SECRET";

/// Serves until the process is told to stop, then ends what is under way and commits it.
///
/// # Errors
/// When it cannot start, with one sentence for the operator.
pub fn run(options: &Serve) -> Result<(), Box<dyn Error>> {
    let region_header = options.region_header.as_deref().map(str::parse::<HeaderName>).transpose()?;
    let signer = Arc::new(signer()?);
    let delivery = Delivery::open(options.delivery.clone())?;
    let (writer, thread) = Writer::start(Store::open(&options.db)?, options.sites.clone())?;
    let app = App { writer, signer, db: options.db.clone(), region_header, delivery };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(listen(options.port, app))?;
    // Requests past their grace end here, and with them the last way to the writer.
    drop(runtime);
    thread.join().map_err(|_| "the writer has failed; the database holds everything that was acknowledged".into())
}

async fn listen(port: u16, app: App) -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let (stop, mut stopped) = watch::channel(false);
    // Before the line below, so that whoever reads it can already stop the server.
    let told = told_to_stop()?;
    writeln!(io::stdout(), "listening on http://{}", listener.local_addr()?)?;
    let signal = async move {
        told.await;
        stop.send_replace(true);
    };
    let mut server = std::pin::pin!(async { axum::serve(listener, router(app)).with_graceful_shutdown(signal).await });
    tokio::select! {
        ended = &mut server => return Ok(ended?),
        _ = stopped.wait_for(|stop| *stop) => {}
    }
    match timeout(SHUTDOWN_GRACE, server).await {
        Ok(ended) => Ok(ended?),
        Err(_) => Ok(()),
    }
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
            eprintln!("{SECRET} is not set: tokens are signed with a random secret and end with this process");
            random
        }
        Err(error) => return Err(format!("{SECRET}: {error}").into()),
    };
    Signer::new(&secret).ok_or_else(|| format!("{SECRET} cannot be used").into())
}

//! A static server for the demo: enough HTTP for a browser on this machine, and no more.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};

/// A folder at an address.
pub(crate) struct Site {
    folder: PathBuf,
    listener: TcpListener,
    origin: String,
}

impl Site {
    /// Takes the port; 0 takes a free one.
    pub(crate) fn bind(folder: PathBuf, port: u16) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).with_context(|| format!("port {port} cannot be used"))?;
        let origin = format!("http://{}", listener.local_addr()?);
        Ok(Self { folder, listener, origin })
    }

    /// Its address.
    pub(crate) fn origin(&self) -> String {
        self.origin.clone()
    }

    /// Answers for ever. In pages, names are replaced by values.
    pub(crate) fn serve(&self, names: &[(&str, String)]) {
        std::thread::scope(|scope| {
            for stream in self.listener.incoming().flatten() {
                // A browser that hangs up early is no fault of ours.
                scope.spawn(move || self.answer(stream, names).ok());
            }
        });
    }

    fn answer(&self, mut stream: TcpStream, names: &[(&str, String)]) -> Result<()> {
        let mut lines = BufReader::new(stream.try_clone()?).lines();
        let request = lines.next().context("an empty request")??;
        while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
        let path = request.split(' ').nth(1).unwrap_or("/").split('?').next().unwrap_or("/");
        let (status, kind, body) = match self.file(path) {
            Some((file, body)) if kind(&file) == HTML => {
                let page = names.iter().fold(String::from_utf8_lossy(&body).into_owned(), |page, (name, value)| page.replace(name, value));
                ("200 OK", HTML, page.into_bytes())
            }
            Some((file, body)) => ("200 OK", kind(&file), body),
            None => ("404 Not Found", "text/plain", b"not here".to_vec()),
        };
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\ncache-control: no-store\r\nconnection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(&body).map_err(Into::into)
    }

    fn file(&self, path: &str) -> Option<(PathBuf, Vec<u8>)> {
        let relative = Path::new(path.trim_start_matches('/'));
        let inside = relative.components().all(|part| matches!(part, Component::Normal(_)));
        let mut file = self.folder.join(relative);
        if path.ends_with('/') {
            file.push("index.html");
        }
        let body = std::fs::read(&file).ok().filter(|_| inside)?;
        Some((file, body))
    }
}

const HTML: &str = "text/html; charset=utf-8";

fn kind(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => HTML,
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    }
}

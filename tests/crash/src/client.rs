//! One connection over HTTP.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// A connection that is kept open.
#[derive(Debug)]
pub(crate) struct Client {
    sender: SendRequest<Full<Bytes>>,
}

/// What came back, whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // It ends with the sender or with the server, and whoever waits for an answer hears of that.
        tokio::spawn(connection);
        Ok(Self { sender })
    }

    /// Posts JSON.
    pub(crate) async fn post(&mut self, path: &str, body: impl Into<Bytes>) -> Result<Answer> {
        self.send(Method::POST, path, None, body.into()).await
    }

    pub(crate) async fn get(&mut self, path: &str, key: Option<&str>) -> Result<Answer> {
        self.send(Method::GET, path, key, Bytes::new()).await
    }

    async fn send(&mut self, method: Method, path: &str, key: Option<&str>, body: Bytes) -> Result<Answer> {
        let mut request = Request::builder().method(method).uri(path).header(HOST, "localhost");
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        if let Some(key) = key {
            request = request.header(AUTHORIZATION, format!("Bearer {key}"));
        }
        self.sender.ready().await?;
        let response = self.sender.send_request(request.body(Full::new(body))?).await?;
        let status = response.status().as_u16();
        Ok(Answer { status, body: response.into_body().collect().await.context("half an answer")?.to_bytes() })
    }
}

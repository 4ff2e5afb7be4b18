//! Requests to SMS providers: one POST, one answer, within a time and a size.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use http_body_util::{BodyExt as _, Limited};
use hyper::{
    Method, Request, StatusCode,
    body::{Body, Bytes, Frame, SizeHint},
    header::{AUTHORIZATION, CONTENT_TYPE, USER_AGENT},
};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use url::Url;

use crate::{failure::Failure, outbox::handover::Handover, secret::Secret, tls::Authorities};

/// Shorter than the outbox's lease, and than the patience of whoever waits for the answer.
pub(super) const TIMEOUT: Duration = Duration::from_secs(10);
/// Bytes of an answer.
const ANSWER_MAX: usize = 64 * 1024;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoAnswer {
    /// Not in time.
    Timeout,
    /// Nobody is there, or what came is no answer.
    Broken,
}

/// What is posted.
pub(super) struct Post<'a> {
    pub(super) url: &'a Url,
    pub(super) content_type: &'static str,
    pub(super) authorization: Option<Secret>,
    pub(super) body: String,
}

/// A body that says when it is about to be sent: without it the provider has nothing.
struct Marked {
    bytes: Option<Bytes>,
    handover: Handover,
}

impl Body for Marked {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let bytes = self.bytes.take();
        if bytes.is_some() {
            self.handover.mark();
        }
        Poll::Ready(bytes.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}

/// A pool of connections.
pub(super) struct Http {
    client: Client<HttpsConnector<HttpConnector>, Marked>,
    timeout: Duration,
}

impl Http {
    pub(super) fn new(authorities: &Authorities) -> Result<Self, Failure> {
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(authorities.client()?)
            // The configuration demands https outside of this machine.
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Self { client: Client::builder(TokioExecutor::new()).build(connector), timeout: TIMEOUT })
    }

    #[cfg(test)]
    pub(super) fn impatient(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    pub(super) async fn post(
        &self,
        post: Post<'_>,
        handover: &Handover,
    ) -> Result<(StatusCode, Bytes), NoAnswer> {
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(post.url.as_str())
            .header(CONTENT_TYPE, post.content_type)
            .header(USER_AGENT, concat!("latch-server/", env!("CARGO_PKG_VERSION")));
        if let Some(authorization) = &post.authorization {
            request = request.header(AUTHORIZATION, authorization.reveal());
        }
        let body = Marked { bytes: Some(post.body.into()), handover: handover.clone() };
        let request = request.body(body).map_err(|_| NoAnswer::Broken)?;
        let answered = async {
            let (head, body) = self.client.request(request).await.map_err(|_| NoAnswer::Broken)?.into_parts();
            let body = Limited::new(body, ANSWER_MAX).collect().await.map_err(|_| NoAnswer::Broken)?;
            Ok((head.status, body.to_bytes()))
        };
        tokio::time::timeout(self.timeout, answered).await.unwrap_or(Err(NoAnswer::Timeout))
    }
}

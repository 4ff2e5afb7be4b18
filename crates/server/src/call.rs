//! Calls of others, SMS providers and captchas: one POST, one answer, within a time and a size.

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

/// Bytes of an answer.
const ANSWER_MAX: usize = 64 * 1024;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoAnswer {
    /// Not in time.
    Timeout,
    /// Nobody is there, or what came is no answer.
    Broken,
}

/// What is posted.
pub(crate) struct Post<'a> {
    pub(crate) url: &'a Url,
    pub(crate) content_type: &'static str,
    pub(crate) authorization: Option<Secret>,
    /// A secret in a header of another name.
    pub(crate) key: Option<(&'static str, &'a Secret)>,
    pub(crate) body: String,
}

/// A body that says when it is about to be sent: without it the provider has nothing.
struct Marked {
    bytes: Option<Bytes>,
    handover: Option<Handover>,
}

impl Body for Marked {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let bytes = self.bytes.take();
        if bytes.is_some()
            && let Some(handover) = &self.handover
        {
            handover.mark();
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
pub(crate) struct Http {
    client: Client<HttpsConnector<HttpConnector>, Marked>,
    timeout: Duration,
}

impl Http {
    /// Answers are waited for as long as `timeout`.
    pub(crate) fn new(authorities: &Authorities, timeout: Duration) -> Result<Self, Failure> {
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(authorities.client()?)
            // The configuration demands https outside of this machine.
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Self { client: Client::builder(TokioExecutor::new()).build(connector), timeout })
    }

    /// With another patience.
    #[cfg(test)]
    pub(crate) fn impatient(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Seconds that an answer is waited for.
    pub(crate) fn patience(&self) -> u64 {
        self.timeout.as_secs()
    }

    pub(crate) async fn post(
        &self,
        post: Post<'_>,
        handover: Option<&Handover>,
    ) -> Result<(StatusCode, Bytes), NoAnswer> {
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(post.url.as_str())
            .header(CONTENT_TYPE, post.content_type)
            .header(USER_AGENT, concat!("latch-server/", env!("CARGO_PKG_VERSION")));
        if let Some(authorization) = &post.authorization {
            request = request.header(AUTHORIZATION, authorization.reveal());
        }
        if let Some((name, secret)) = post.key {
            request = request.header(name, secret.reveal());
        }
        let body = Marked { bytes: Some(post.body.into()), handover: handover.cloned() };
        let request = request.body(body).map_err(|_| NoAnswer::Broken)?;
        let answered = async {
            let (head, body) = self.client.request(request).await.map_err(|_| NoAnswer::Broken)?.into_parts();
            let body = Limited::new(body, ANSWER_MAX).collect().await.map_err(|_| NoAnswer::Broken)?;
            Ok((head.status, body.to_bytes()))
        };
        tokio::time::timeout(self.timeout, answered).await.unwrap_or(Err(NoAnswer::Timeout))
    }
}

//! Connections to the mail server, each kept for a while for the next message.
//!
//! lettre's own transport does not say when a message is about to be the server's. Here its parts are
//! put together so that it does: just before the dot that ends a message. RFC 5321 section 4.2.5: from
//! there on the server is responsible.

use std::time::{Duration, Instant};

use lettre::{
    Message as Envelope,
    transport::smtp::{
        Error,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, TlsParameters},
        commands::{Data, Mail, Rcpt},
        extension::{ClientId, Extension, MailBodyParameter, MailParameter},
    },
};
use tokio::sync::Mutex;

use super::{PATIENCE, Security};

/// Connections that wait for a message at most.
const IDLE: usize = 4;
/// After this long a server may have closed its end.
const IDLE_TIME: Duration = Duration::from_mins(1);

/// Where the server is, and how it knows us.
pub(super) struct Server {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) security: Security,
    /// There when the security is not [`Security::Plain`].
    pub(super) tls: Option<TlsParameters>,
    pub(super) credentials: Option<Credentials>,
}

/// Why a message was not taken.
pub(super) enum Refused {
    /// The server, or the way there.
    Smtp(Error),
    /// The server lacks an extension that the address needs.
    Extension,
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Smtp(error)
    }
}

/// Connections to one server.
pub(super) struct Connections {
    server: Server,
    idle: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
}

impl Connections {
    /// Opens nothing yet.
    pub(super) fn to(server: Server) -> Self {
        Self { server, idle: Mutex::default() }
    }

    /// Sends one message. `before_last` is called when nothing is missing of it but its end.
    pub(super) async fn send(
        &self,
        message: &Envelope,
        before_last: impl FnOnce() + Send,
    ) -> Result<(), Refused> {
        let mut connection = self.connection().await?;
        // What goes wrong on a connection ends it.
        converse(&mut connection, message, before_last).await?;
        let mut idle = self.idle.lock().await;
        if idle.len() < IDLE {
            idle.push((connection, Instant::now()));
        }
        Ok(())
    }

    async fn connection(&self) -> Result<AsyncSmtpConnection, Error> {
        loop {
            let kept = self.idle.lock().await.pop();
            let Some((mut connection, since)) = kept else { return self.connect().await };
            if since.elapsed() < IDLE_TIME && connection.test_connected().await {
                return Ok(connection);
            }
            connection.abort().await;
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let Server { host, port, security, tls, credentials } = &self.server;
        let hello = ClientId::default();
        let at_once = tls.clone().filter(|_| *security == Security::Tls);
        let address = (host.as_str(), *port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(address, Some(PATIENCE), &hello, at_once, None).await?;
        if let (Security::StartTls, Some(tls)) = (security, tls) {
            connection.starttls(tls.clone(), &hello).await?;
        }
        if let Some(credentials) = credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }
}

async fn converse(
    connection: &mut AsyncSmtpConnection,
    message: &Envelope,
    before_last: impl FnOnce() + Send,
) -> Result<(), Refused> {
    let (envelope, bytes) = (message.envelope(), message.formatted());
    let mut addresses = envelope.to().iter().chain(envelope.from());
    let beyond_ascii = addresses.any(|address| !AsRef::<str>::as_ref(address).is_ascii());
    let mut parameters = Vec::new();
    // RFC 6531 section 3.4 and RFC 6152: neither may be sent to who has not offered it.
    for (is_needed, extension, parameter) in [
        (beyond_ascii, Extension::SmtpUtfEight, MailParameter::SmtpUtfEight),
        (!bytes.is_ascii(), Extension::EightBitMime, MailParameter::Body(MailBodyParameter::EightBitMime)),
    ] {
        if is_needed && !connection.server_info().supports_feature(extension) {
            return Err(Refused::Extension);
        }
        parameters.extend(is_needed.then_some(parameter));
    }
    connection.command(Mail::new(envelope.from().cloned(), parameters)).await?;
    for recipient in envelope.to() {
        connection.command(Rcpt::new(recipient.clone(), Vec::new())).await?;
    }
    connection.command(Data).await?;
    // It asks for the next part of the message when it has sent this one; there is none, and what it
    // sends next is the dot.
    let mut before_last = Some(before_last);
    let end = std::iter::from_fn(move || {
        if let Some(before_last) = before_last.take() {
            before_last();
        }
        None
    });
    connection.message_iter(std::iter::once(bytes).chain(end)).await?;
    Ok(())
}

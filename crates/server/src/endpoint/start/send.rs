//! Makes a code and its message, all or nothing.

use std::net::IpAddr;

use axum::http::{HeaderMap, header};

use super::{AuthParams, RouteError};
use crate::{
    captcha,
    client::{Client, origin_of},
    endpoint::verify_redirect::{Link, link},
    failure::Failure,
    limits::{Limit, Room, devices::Known, spraying::Guard},
    mail::message::{Facts, Send, Signs},
    outbox::{deliver_now, lease_seconds},
    proof::Identity,
    random,
    secret::{Digest, Purpose},
    sms::{Asked, Gateway, Provider},
    state::App,
    store::{Writing, blocked, codes, hits, outbox},
};

/// What was asked for, checked.
pub(super) struct Order<'a> {
    pub(super) client: &'a Client,
    pub(super) identity: &'a Identity,
    pub(super) send: Send,
    pub(super) audience: Audience,
    pub(super) auth_params: &'a AuthParams,
    /// Where a link returns to.
    pub(super) redirect_uri: Option<&'a str>,
    /// What the reader speaks.
    pub(super) language: Option<&'a str>,
    /// Who asks.
    pub(super) ip: Option<IpAddr>,
    /// Whom the start is counted for.
    pub(super) address: Option<String>,
    /// The device that asks, where it is one of the person's.
    pub(super) known: Option<Known>,
    /// What it is counted as there: a name, and how many in an hour.
    pub(super) counted: (&'static str, Option<u32>),
}

/// Who is sent something.
#[derive(Clone, Copy)]
pub(in crate::endpoint) enum Audience {
    /// Everybody.
    All,
    /// Whoever has an account, and nobody is to see who that is: for all others everything happens but
    /// the message, and nobody waits for what a provider says of it.
    Members {
        /// Whether this is one.
        is_member: bool,
    },
    /// Nobody, and that is told: Auth0's habit, where it is configured.
    Nobody,
}

impl Audience {
    /// Less those whom nobody may sign in as. Where there are such, nobody waits for a provider: what it says of
    /// others would tell who they are.
    async fn less_barred(self, app: &App, identity: &Identity) -> Result<Self, Failure> {
        let person = identity.person(&app.config.pepper);
        Ok(match blocked::is_silent(&app.store, &person, identity).await? {
            (true, _) => Self::Members { is_member: false },
            (false, true) if matches!(self, Self::All) => Self::Members { is_member: true },
            (false, _) => self,
        })
    }

    fn leaves_out(self) -> bool {
        matches!(self, Self::Members { is_member: false })
    }
}

/// What was made.
pub(super) struct Sent {
    /// How often the address may ask again.
    pub(super) room: Option<Room>,
    /// Digits of the code.
    pub(super) code_length: u32,
    /// What the mail is found by.
    pub(super) signs: Signs,
}

/// Counts the send, makes the code and writes its message.
pub(super) async fn send(app: &App, order: Order<'_>, headers: &HeaderMap) -> Result<Sent, RouteError> {
    let Order { client, identity, .. } = order;
    let Identity { connection, value } = identity;
    let pepper = &app.config.pepper;
    let rules = &app.config.code;
    let guard = Guard::against(app, order.ip).await?;
    if matches!(order.audience, Audience::Nobody) {
        let mut tx = app.store.write().await?;
        count_address(app, &mut tx, &order, guard).await?;
        tx.commit().await?;
        return Err(RouteError::SignupDisabled);
    }
    let audience = order.audience.less_barred(app, identity).await?;
    let id = random::id(&*app.random)?;
    let code_length = guard.digits(rules.length);
    let digits = random::digits(&*app.random, code_length)?;
    let owner = codes::Owner { client: &client.id, connection, identity: value };
    let mac = pepper.mac(Purpose::Code, &[&id, &digits]);
    // No guess is right where nobody is to have the code.
    let mac = if audience.leaves_out() { Digest::of_nothing(&*app.random)? } else { mac };
    let link = (order.send != Send::Code).then(|| link_of(app, &order, &digits));
    let page_host = page_host(app, headers);
    let written = app.config.templates.write_aside(Facts {
        app_name: &client.name,
        client_id: &client.id,
        identity,
        send: order.send,
        code: &digits,
        link: link.as_deref(),
        seconds: rules.seconds,
        host: &page_host,
        language: order.language,
    });
    let (mut message, signs) = written.await.ok_or(Failure::Unwritten)?;
    message.asked = asked(app, &order, headers);
    let payload = serde_json::to_string(&message).map_err(|_| Failure::Json)?;
    let topic = pepper.hex24(Purpose::Topic, &[&client.id, connection, value]);

    let mut tx = app.store.write().await?;
    let now = app.clock.now();
    let room = count_address(app, &mut tx, &order, guard).await?;
    for limit in identity_limits(app, identity, order.known.as_ref()) {
        hits::count(&mut tx, &limit, now).await?.map_err(RouteError::Exceeded)?;
    }
    let expires_at = now.plus_seconds(rules.seconds);
    codes::put(&mut tx, owner, &id, &mac, now, expires_at).await?;
    let mail_id = random::id(&*app.random)?;
    // What a provider says of a number is for whoever gave it, so they wait for it.
    let waits = connection == &"sms" && app.sms.is_some() && matches!(audience, Audience::All);
    let mail = outbox::NewMail {
        id: &mail_id,
        topic: &topic,
        channel: connection,
        // Written in any case, so that the time it takes tells nothing.
        recipient: if audience.leaves_out() { outbox::NOBODY } else { value },
        payload: &payload,
        language: order.language,
        created_at: now,
        expires_at,
        leased_until: waits.then(|| now.plus_seconds(lease_seconds(app, connection))),
    };
    outbox::put(&mut tx, mail).await?;
    tx.commit().await?;
    if !waits {
        app.mail_waits.notify_one();
        return Ok(Sent { room, code_length, signs });
    }
    let leased = outbox::Leased {
        id: mail_id,
        channel: (*connection).to_owned(),
        recipient: value.clone(),
        payload,
        created_at: now,
        expires_at,
        attempts: 1,
    };
    deliver_now(app, leased).await?.map_err(RouteError::Undelivered)?;
    Ok(Sent { room, code_length, signs })
}

/// What a gateway that wants to know is told of who asks.
fn asked(app: &App, order: &Order<'_>, headers: &HeaderMap) -> Option<Asked> {
    let provider = app.config.sms.as_ref().and_then(|sms| sms.provider.as_ref());
    let Some(Provider::Gateway(Gateway { forward_request: true, .. })) = provider else { return None };
    let user_agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    Some(Asked {
        ip: order.ip.map(|ip| ip.to_string()),
        user_agent: user_agent.map(|text| text.chars().take(500).collect()),
    })
}

fn link_of(app: &App, order: &Order<'_>, code: &str) -> String {
    // Auth0 returns tokens where nobody says what to return. Only a client that allows that gets it.
    let default = if order.client.implicit { "token" } else { "code" };
    let response_type = order.auth_params.get("response_type").unwrap_or(default);
    let mut params = vec![("response_type", response_type)];
    params.extend(order.redirect_uri.map(|redirect_uri| ("redirect_uri", redirect_uri)));
    params.extend(order.auth_params.others());
    let Identity { connection, value } = order.identity;
    let to = Link { client: &order.client.id, connection, identity: value, code, params: &params };
    link(app.origin(), &to)
}

/// Counts a start for the address that it comes from. Says how much room that has left.
async fn count_address(
    app: &App,
    tx: &mut Writing,
    order: &Order<'_>,
    guard: Guard,
) -> Result<Option<Room>, RouteError> {
    let Some(address) = order.address.as_deref() else { return Ok(None) };
    let now = app.clock.now();
    if let Some(starts) = captcha::starts(app, order.identity.connection, address) {
        // No limit: who is over it is asked for a captcha, and has solved it.
        let _ = hits::count(tx, &Limit { most: u32::MAX, ..starts }, now).await?;
    }
    let Some(limit) = address_limit(guard, order.counted, address) else { return Ok(None) };
    hits::count(tx, &limit, now).await?.map(Some).map_err(RouteError::Exceeded)
}

fn address_limit(guard: Guard, (name, most): (&str, Option<u32>), address: &str) -> Option<Limit> {
    let most = most?;
    Some(Limit { bucket: format!("{name} {address}"), most: guard.share(most), window: 3600 })
}

/// Counted over all clients: it is one person's mailbox that fills up. With three tries a message,
/// these are also what bounds the guesses at one person's codes.
///
/// A device of that person has messages of its own: strangers who use up theirs lock nobody out.
fn identity_limits(app: &App, identity: &Identity, known: Option<&Known>) -> Vec<Limit> {
    let configured = &app.config.limits;
    let mailbox = identity.mailbox();
    let mailbox = app.config.pepper.hex24(Purpose::Limit, &[identity.connection, &mailbox]);
    let whose = known.map_or(mailbox.clone(), |known| format!("{mailbox} {}", known.bucket()));
    let limits = [
        ("send", configured.sends_per_identity, 600),
        ("send-hour", configured.sends_per_identity_hour, 3600),
        ("send-day", configured.sends_per_identity_day, 86_400),
    ];
    let limit = |(name, most, window): (&str, Option<u32>, u32)| {
        Some(Limit { bucket: format!("{name} {whose}"), most: most?, window })
    };
    limits.into_iter().filter_map(limit).collect()
}

/// The host of the page that the code will be typed into: the one that asks, or ours.
fn page_host(app: &App, headers: &HeaderMap) -> String {
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    let origin = origin.and_then(origin_of).unwrap_or_else(|| app.origin().to_owned());
    let host = url::Url::parse(&origin).ok().and_then(|url| url.host_str().map(str::to_owned));
    host.unwrap_or_else(|| "localhost".to_owned())
}

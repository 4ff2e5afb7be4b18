//! Single sign-on: the session of a browser, in one cookie.
//!
//! A new login begins a new session, whatever cookie the browser brings: nobody can prepare a session
//! for somebody else to sign in to. The cookie is 256 random bits; the database has its hash.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::{
    client::Client,
    clock::Instant,
    failure::Failure,
    random,
    secret::sha256,
    state::App,
    store::{
        Writing,
        sessions::{self, Session},
        users::User,
    },
};

/// A session that was begun, and the cookie that the browser has to be given.
pub struct Begun {
    /// The session.
    pub session: Session,
    /// `Set-Cookie`.
    pub cookie: HeaderValue,
}

/// Who is signed in in the browser that asks.
pub async fn current(app: &App, headers: &HeaderMap) -> Result<Option<Session>, Failure> {
    match cookie(headers, cookie_name(app, "latch")) {
        Some(secret) => Ok(sessions::find(&app.store, &sha256(secret), app.clock.now()).await?),
        None => Ok(None),
    }
}

/// Begins a session, in place of the one that the browser had.
pub async fn begin(
    app: &App,
    tx: &mut Writing,
    headers: &HeaderMap,
    user: &User,
    client: &Client,
    now: Instant,
) -> Result<Begun, Failure> {
    if let Some(earlier) = cookie(headers, cookie_name(app, "latch")) {
        sessions::delete(tx, &sha256(earlier)).await?;
    }
    let secret = random::token(&*app.random)?;
    let session = Session {
        sid: random::token(&*app.random)?,
        sub: user.sub.clone(),
        client: client.id.clone(),
        auth_time: now.seconds(),
    };
    let rules = &app.config.session;
    let expires_at = now.plus_seconds(rules.absolute_seconds);
    sessions::put(tx, &session, &sha256(&secret), now.plus_seconds(rules.idle_seconds), expires_at).await?;
    let cookie = set_cookie(app, "latch", &secret, rules.absolute_seconds)?;
    Ok(Begun { session, cookie })
}

/// Notes that a session was used for a client: it idles from now on.
pub async fn touch(
    app: &App,
    tx: &mut Writing,
    session: &Session,
    client: &Client,
    now: Instant,
) -> Result<(), Failure> {
    let idle_at = now.plus_seconds(app.config.session.idle_seconds);
    Ok(sessions::touch(tx, &session.sid, &client.id, idle_at).await?)
}

/// Ends the browser's session. Returns the cookie that takes its cookie away.
pub async fn end(app: &App, headers: &HeaderMap) -> Result<HeaderValue, Failure> {
    if let Some(secret) = cookie(headers, cookie_name(app, "latch")) {
        let mut tx = app.store.write().await?;
        sessions::delete(&mut tx, &sha256(secret)).await?;
        tx.commit().await?;
    }
    set_cookie(app, "latch", "", 0)
}

/// The full name of one of our cookies. With the prefix a browser takes it from this very host over
/// TLS and from nobody else (RFC 6265bis section 4.1.3.2); only this machine is without TLS.
pub fn cookie_name(app: &App, name: &str) -> String {
    if is_secure(app) { format!("__Host-{name}") } else { name.to_owned() }
}

/// A cookie for this host, out of reach for scripts.
///
/// `SameSite=None`, because pages of clients on other sites sign in with `/co/authenticate` and ask
/// with `prompt=none` in a frame. Browsers take that with `Secure` only; without TLS there is this
/// machine alone, where every port is the same site.
pub fn set_cookie(app: &App, name: &str, value: &str, seconds: u32) -> Result<HeaderValue, Failure> {
    let reach = if is_secure(app) { "Secure; SameSite=None" } else { "SameSite=Lax" };
    write_cookie(app, name, value, seconds, reach)
}

/// The same for what no other site's pages have any part in.
pub fn set_own_cookie(app: &App, name: &str, value: &str, seconds: u32) -> Result<HeaderValue, Failure> {
    let reach = if is_secure(app) { "Secure; SameSite=Lax" } else { "SameSite=Lax" };
    write_cookie(app, name, value, seconds, reach)
}

fn write_cookie(
    app: &App,
    name: &str,
    value: &str,
    seconds: u32,
    reach: &str,
) -> Result<HeaderValue, Failure> {
    let name = cookie_name(app, name);
    HeaderValue::from_str(&format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; {reach}"))
        .map_err(|_| Failure::Crypto("no cookie"))
}

/// The value of a cookie that came with a request.
pub fn cookie(headers: &HeaderMap, name: impl AsRef<str>) -> Option<&str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(given, value)| *given == name.as_ref() && !value.is_empty()).map(|(_, value)| value)
}

fn is_secure(app: &App) -> bool {
    app.issuer.starts_with("https:")
}

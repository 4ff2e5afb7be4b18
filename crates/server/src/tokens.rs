//! What a login is worth: ID tokens, access tokens, refresh tokens.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use latch_protocol::token::TokenResponse;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    client::{Client, Grant},
    clock::Instant,
    config::Api,
    failure::Failure,
    random,
    secret::{hex, sha256},
    state::App,
    store::{
        Writing,
        tokens::{self, Access, Family, Source},
        users::User,
    },
};

/// Seconds that an access token in a redirect is good for at most. Auth0's default.
pub const FRONT_CHANNEL_SECONDS: u32 = 7200;

/// The scopes that need no API. OpenID Connect Core section 5.4.
const STANDARD_SCOPES: [&str; 6] = ["openid", "profile", "email", "address", "phone", "offline_access"];

/// What was granted, in the order of the request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope(Vec<String>);

impl Scope {
    /// Grants what was asked for, as far as it exists. Auth0 leaves out the rest without a word.
    pub fn grant(asked: &str, api: Option<&Api>) -> Self {
        let exists = |scope: &str| {
            STANDARD_SCOPES.contains(&scope)
                || api.is_some_and(|api| api.scopes.iter().any(|known| known == scope))
        };
        let mut granted: Vec<String> = Vec::new();
        for scope in asked.split(' ').filter(|scope| exists(scope)) {
            if !granted.iter().any(|earlier| earlier == scope) {
                granted.push(scope.to_owned());
            }
        }
        Self(granted)
    }

    /// Reads what was granted before.
    pub fn stored(text: &str) -> Self {
        Self(text.split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect())
    }

    /// The part of it that is asked for. RFC 6749 section 6: never more than before.
    #[must_use]
    pub fn narrow(&self, asked: &str) -> Self {
        Self(self.0.iter().filter(|scope| asked.split(' ').any(|one| one == *scope)).cloned().collect())
    }

    /// Whether a scope was granted.
    pub fn has(&self, scope: &str) -> bool {
        self.0.iter().any(|granted| granted == scope)
    }
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

/// Who signed in, where, for what.
#[derive(Clone)]
pub struct Login {
    /// The user.
    pub user: User,
    /// What was granted.
    pub scope: Scope,
    /// The API that the access token is for.
    pub audience: Option<String>,
    /// `sid`.
    pub sid: String,
    /// When the user proved who they are, in seconds.
    pub auth_time: i64,
    /// `nonce` of the request that began the login.
    pub nonce: Option<String>,
    /// The hash of the authorization code that was exchanged: a second use of it takes the tokens back.
    pub code: Option<Vec<u8>>,
    /// The family of refresh tokens, when there is one.
    pub family: Option<String>,
}

#[derive(Serialize)]
struct IdToken<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
    auth_time: i64,
    sid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    c_hash: Option<String>,
    #[serde(flatten)]
    profile: Value,
}

#[derive(Serialize)]
struct AccessToken<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: Value,
    iat: i64,
    exp: i64,
    azp: &'a str,
    scope: String,
    jti: String,
}

/// The type of ID tokens, as Auth0 writes it.
pub const ID_TOKEN_TYPE: &str = "JWT";
/// The type of access tokens. RFC 9068 section 2.1: so that none passes for an ID token.
const ACCESS_TOKEN_TYPE: &str = "at+jwt";

/// Makes the first tokens of a login, and a refresh token when it was granted.
pub async fn begin(
    app: &App,
    tx: &mut Writing,
    mut login: Login,
    client: &Client,
    now: Instant,
) -> Result<TokenResponse, Failure> {
    let mut refresh_token = None;
    if login.scope.has("offline_access") && client.grants.contains(&Grant::RefreshToken) {
        let (family, token) = begin_family(app, tx, &login, client, now).await?;
        login.family = Some(family);
        refresh_token = Some(token);
    }
    issue(app, tx, &login, client, refresh_token, now).await
}

/// Makes the tokens of a login. What has to be kept is written in the caller's transaction, so that
/// a code is used up exactly when its tokens exist.
pub async fn issue(
    app: &App,
    tx: &mut Writing,
    login: &Login,
    client: &Client,
    refresh_token: Option<String>,
    now: Instant,
) -> Result<TokenResponse, Failure> {
    let seconds = client.lifetimes.access_token;
    let access_token = access_token(app, tx, login, client, seconds, now).await?;
    let openid = login.scope.has("openid");
    let id_token = openid.then(|| id_token(app, login, client, Beside::default(), now)).transpose()?;
    let scope = login.scope.to_string();
    Ok(TokenResponse {
        access_token,
        id_token,
        refresh_token,
        scope: Some(scope).filter(|scope| !scope.is_empty()),
        expires_in: seconds,
        token_type: "Bearer".to_owned(),
    })
}

/// What stands beside an ID token in a redirect. OpenID Connect Core section 3.3.2.11: the ID token
/// has their hashes, so that none of them can be exchanged on the way.
#[derive(Clone, Copy, Default)]
pub struct Beside<'a> {
    /// The access token.
    pub access_token: Option<&'a str>,
    /// The authorization code.
    pub code: Option<&'a str>,
}

/// Makes an ID token.
pub fn id_token(
    app: &App,
    login: &Login,
    client: &Client,
    beside: Beside<'_>,
    now: Instant,
) -> Result<String, Failure> {
    let claims = IdToken {
        iss: &app.issuer,
        sub: &login.user.sub,
        aud: &client.id,
        iat: now.seconds(),
        exp: now.seconds() + i64::from(client.lifetimes.id_token),
        auth_time: login.auth_time,
        sid: &login.sid,
        nonce: login.nonce.as_deref(),
        at_hash: beside.access_token.map(left_half),
        c_hash: beside.code.map(left_half),
        profile: profile(&login.user, &login.scope),
    };
    app.keys.sign(ID_TOKEN_TYPE, &claims)
}

/// The left half of a SHA-256, as `at_hash` and `c_hash` have it.
fn left_half(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(&sha256(text)[..16])
}

/// Makes an access token: a JWT for an API, an opaque one without. Whatever opens `/userinfo` is kept,
/// so that it can be revoked there; APIs judge their JWTs themselves.
pub async fn access_token(
    app: &App,
    tx: &mut Writing,
    login: &Login,
    client: &Client,
    seconds: u32,
    now: Instant,
) -> Result<String, Failure> {
    let openid = login.scope.has("openid");
    let token = match &login.audience {
        Some(audience) => {
            // With openid the token also opens /userinfo, and says so.
            let aud = if openid { json!([audience, userinfo_audience(app)]) } else { json!(audience) };
            let claims = AccessToken {
                iss: &app.issuer,
                sub: &login.user.sub,
                aud,
                iat: now.seconds(),
                exp: now.seconds() + i64::from(seconds),
                azp: &client.id,
                scope: login.scope.to_string(),
                jti: random::id(&*app.random)?,
            };
            app.keys.sign(ACCESS_TOKEN_TYPE, &claims)?
        }
        None => random::token(&*app.random)?,
    };
    if openid || login.audience.is_none() {
        let access =
            Access { client: client.id.clone(), sub: login.user.sub.clone(), scope: login.scope.to_string() };
        let source = Source { family: login.family.as_deref(), code: login.code.as_deref() };
        tokens::put_access(tx, &sha256(&token), &access, source, now.plus_seconds(seconds)).await?;
    }
    Ok(token)
}

/// Begins a family of refresh tokens. Returns its id and its first token.
async fn begin_family(
    app: &App,
    tx: &mut Writing,
    login: &Login,
    client: &Client,
    now: Instant,
) -> Result<(String, String), Failure> {
    let id = random::id(&*app.random)?;
    let family = Family {
        id: id.clone(),
        client: client.id.clone(),
        sub: login.user.sub.clone(),
        scope: login.scope.to_string(),
        audience: login.audience.clone(),
        sid: login.sid.clone(),
        auth_time: login.auth_time,
        expires_at: now.plus_seconds(client.lifetimes.refresh_token),
        idle_at: client.lifetimes.refresh_token_idle.map(|seconds| now.plus_seconds(seconds)),
    };
    tokens::put_family(tx, &family, login.code.as_deref()).await?;
    let token = next_refresh_token(app, tx, &id, 0).await?;
    Ok((id, token))
}

/// Adds a refresh token to a family.
pub async fn next_refresh_token(
    app: &App,
    tx: &mut Writing,
    family: &str,
    generation: i64,
) -> Result<String, Failure> {
    let token = random::token(&*app.random)?;
    tokens::put_refresh(tx, &sha256(&token), family, generation).await?;
    Ok(token)
}

/// The plain outline of somebody, for who has no picture. It tells Gravatar nothing.
const NO_PICTURE: &str =
    "https://www.gravatar.com/avatar/00000000000000000000000000000000?s=480&r=pg&d=mp&f=y";

/// Claims about a user, as far as the scope allows. OpenID Connect Core section 5.4; the values are
/// those that Auth0 gives passwordless users.
pub fn profile(user: &User, scope: &Scope) -> Value {
    let mut claims = serde_json::Map::new();
    let name = &user.identity;
    let has_phone = user.sub.starts_with("sms|");
    if scope.has("profile") {
        let nickname = name.rsplit_once('@').map_or(name.as_str(), |(local, _)| local);
        let picture = if has_phone {
            NO_PICTURE.to_owned()
        } else {
            // Gravatar takes SHA-256 of the address. "mp" is its plain outline.
            format!("https://www.gravatar.com/avatar/{}?s=480&r=pg&d=mp", hex(&sha256(name)))
        };
        claims.insert("name".into(), json!(name));
        claims.insert("nickname".into(), json!(nickname));
        claims.insert("picture".into(), json!(picture));
        claims.insert("updated_at".into(), json!(user.updated_at.iso8601()));
    }
    if scope.has("email") && !has_phone {
        claims.insert("email".into(), json!(name));
        claims.insert("email_verified".into(), json!(true));
    }
    if scope.has("phone") && has_phone {
        claims.insert("phone_number".into(), json!(name));
        claims.insert("phone_number_verified".into(), json!(true));
    }
    Value::Object(claims)
}

/// Whom an access token opens `/userinfo` for.
pub async fn open_access_token(app: &App, token: &str, now: Instant) -> Result<Option<Access>, Failure> {
    if token.contains('.') && !is_good_jwt(app, token, now) {
        return Ok(None);
    }
    Ok(tokens::find_access(&app.store, &sha256(token), now).await?)
}

fn is_good_jwt(app: &App, token: &str, now: Instant) -> bool {
    let Some(claims) = app.keys.verify(ACCESS_TOKEN_TYPE, token) else { return false };
    let for_userinfo = claims
        .get("aud")
        .and_then(Value::as_array)
        .is_some_and(|audiences| audiences.contains(&json!(userinfo_audience(app))));
    let alive = claims.get("exp").and_then(Value::as_i64).is_some_and(|exp| exp > now.seconds());
    let ours = claims.get("iss").and_then(Value::as_str) == Some(&app.issuer);
    for_userinfo && alive && ours
}

fn userinfo_audience(app: &App) -> String {
    format!("{}userinfo", app.issuer)
}

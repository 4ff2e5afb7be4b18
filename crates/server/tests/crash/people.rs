//! People who sign in, and what they hold when the server is killed. Whoever was not answered asks again,
//! and whoever was answered is owed what they were told.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use aws_lc_rs::digest;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use latch_protocol::token::PASSWORDLESS_OTP;
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

use crate::{
    line::{Answer, Line, ORIGIN},
    world::{World, count},
};

const CALLBACK: &str = "https://shop.example/callback";
const VERIFIER: &str = "a-verifier-that-is-long-enough-for-rfc-7636-0123";
/// A code that has not arrived by then is one that is in doubt.
const PATIENCE: Duration = Duration::from_secs(2);

/// Something that is good once.
struct Once {
    what: Value,
    /// Whether it was shown before, to a server that was killed before it answered.
    shown: bool,
}

impl Once {
    fn new(what: Value) -> Self {
        Self { what, shown: false }
    }

    /// Shows it. Nobody is refused who shows it for the first time. Nothing is the answer of a server that
    /// is gone; no answer at all comes out when the use of it was kept, and what it gave was never heard.
    async fn show(&mut self, line: &mut Line, path: &str, world: &World) -> Option<Option<Answer>> {
        let again = std::mem::replace(&mut self.shown, true);
        let answer = line.post(path, &self.what).await?;
        self.shown = false;
        count(&world.answers);
        if answer.status == 200 {
            if again {
                count(&world.counts.undone);
            }
            return Some(Some(answer));
        }
        assert_eq!(answer.status, 403, "{:?}", answer.body);
        assert!(again, "what was never used is refused: {:?}", answer.body);
        count(&world.counts.unheard);
        Some(None)
    }
}

/// What was used and answered before a kill is not good after it.
async fn is_used(line: &mut Line, path: &str, what: &Value, world: &World) -> Option<()> {
    let answer = line.post(path, what).await?;
    assert_eq!(answer.status, 403, "accepted twice across a kill: {:?}", answer.body);
    count(&world.counts.replayed);
    Some(())
}

/// Starts a login; who was answered.
pub(crate) async fn start(line: &mut Line, by_sms: bool, world: &World) -> Option<String> {
    let who = world.somebody(by_sms);
    let body = if by_sms {
        json!({"client_id": "shop", "connection": "sms", "phone_number": who})
    } else {
        json!({"client_id": "shop", "connection": "email", "send": "code", "email": who})
    };
    assert_eq!(line.post("/passwordless/start", &body).await?.status, 200);
    world.started.lock().unwrap().insert(who.clone());
    count(&world.answers);
    Some(who)
}

/// Whoever only asks for codes.
pub(crate) async fn ask_for_codes(port: u16, by_sms: bool, world: &World) -> Option<()> {
    let mut line = Line::open(port).await?;
    loop {
        start(&mut line, by_sms, world).await?;
    }
}

/// Somebody between their first request and their tokens.
#[derive(Default)]
struct Door {
    by_sms: bool,
    waiting_for: Option<(String, Instant)>,
    code: Option<Once>,
    used: Option<Value>,
}

impl Door {
    /// Goes on with a login until it is one.
    async fn pass(
        &mut self,
        line: &mut Line,
        path: &str,
        body: impl Fn(&str, &str, &str) -> Value,
        world: &World,
    ) -> Option<Answer> {
        if let Some(used) = self.used.take() {
            is_used(line, path, &used, world).await?;
        }
        loop {
            if let Some(code) = &mut self.code {
                let answer = code.show(line, path, world).await?;
                let what = self.code.take().map(|code| code.what);
                if let Some(answer) = answer {
                    count(&world.counts.exchanges);
                    self.used = what;
                    return Some(answer);
                }
            }
            let Some((who, since)) = self.waiting_for.take() else {
                self.waiting_for = Some((start(line, self.by_sms, world).await?, Instant::now()));
                continue;
            };
            if let Some(code) = world.code_of(&who) {
                let realm = if self.by_sms { "sms" } else { "email" };
                self.code = Some(Once::new(body(realm, &who, &code)));
            } else if since.elapsed() < PATIENCE {
                self.waiting_for = Some((who, since));
                tokio::time::sleep(Duration::from_millis(3)).await;
                if world.dead.load(Ordering::Relaxed) {
                    return None;
                }
            }
        }
    }
}

/// One login with its refresh tokens, one after the other.
struct Login {
    newest: Once,
    used: Option<Value>,
    access: Vec<String>,
}

fn refresh(token: &str) -> Value {
    json!({"grant_type": "refresh_token", "client_id": "shop", "refresh_token": token})
}

/// Somebody with a few logins, who refreshes them in turns.
#[derive(Default)]
pub(crate) struct Holder {
    door: Door,
    logins: Vec<Login>,
}

impl Holder {
    pub(crate) fn new(by_sms: bool) -> Self {
        Self { door: Door { by_sms, ..Door::default() }, logins: Vec::new() }
    }

    pub(crate) async fn go_on(&mut self, port: u16, world: &World) -> Option<()> {
        let mut line = Line::open(port).await?;
        self.refresh_all(&mut line, world).await?;
        if self.logins.len() > 2 {
            // An old token of a login that went on: it is refused, and so are all after it.
            let login = self.logins.remove(0);
            if let Some(used) = login.used {
                is_used(&mut line, "/oauth/token", &used, world).await?;
                is_used(&mut line, "/oauth/token", &login.newest.what, world).await?;
            }
        }
        loop {
            while self.logins.len() < 3 {
                self.sign_in(&mut line, world).await?;
            }
            self.refresh_all(&mut line, world).await?;
        }
    }

    async fn sign_in(&mut self, line: &mut Line, world: &World) -> Option<()> {
        let body = |realm: &str, who: &str, code: &str| {
            json!({
                "client_id": "shop", "grant_type": PASSWORDLESS_OTP, "username": who, "otp": code,
                "realm": realm, "scope": "openid offline_access",
            })
        };
        let tokens = self.door.pass(line, "/oauth/token", body, world).await?;
        self.logins.push(Login {
            newest: Once::new(refresh(&tokens.text("refresh_token"))),
            used: None,
            access: vec![tokens.text("access_token")],
        });
        Some(())
    }

    /// Refreshes each login once. One whose refresh was kept and never heard of is over.
    pub(crate) async fn refresh_all(&mut self, line: &mut Line, world: &World) -> Option<()> {
        let mut number = 0;
        while let Some(login) = self.logins.get_mut(number) {
            let Some(tokens) = login.newest.show(line, "/oauth/token", world).await? else {
                self.logins.remove(number);
                continue;
            };
            count(&world.counts.refreshes);
            let next = Once::new(refresh(&tokens.text("refresh_token")));
            login.used = Some(std::mem::replace(&mut login.newest, next).what);
            login.access.push(tokens.text("access_token"));
            number += 1;
        }
        Some(())
    }

    /// Access tokens that were given and not taken back.
    pub(crate) fn access_tokens(&self) -> impl Iterator<Item = &String> {
        self.logins.iter().flat_map(|login| &login.access)
    }
}

/// A browser in which somebody is signed in, and an application that has it ask for codes.
#[derive(Default)]
pub(crate) struct Browser {
    door: Door,
    cookie: Option<String>,
    code: Option<Once>,
    used: Option<(Value, String)>,
    access: Vec<String>,
}

impl Browser {
    pub(crate) async fn go_on(&mut self, port: u16, world: &World) -> Option<()> {
        let mut line = Line::open(port).await?;
        if let Some((used, access)) = self.used.take() {
            // What it gave is taken back.
            self.access.retain(|one| *one != access);
            is_used(&mut line, "/oauth/token", &used, world).await?;
            assert_eq!(userinfo(&mut line, &access).await?, 401);
        }
        loop {
            self.exchange(&mut line, world).await?;
            let cookie = self.cookie(&mut line, world).await?;
            self.code = Some(Once::new(authorize(&mut line, &cookie).await?));
        }
    }

    async fn cookie(&mut self, line: &mut Line, world: &World) -> Option<String> {
        if self.cookie.is_none() {
            let body = |realm: &str, who: &str, code: &str| {
                json!({
                    "client_id": "shop", "credential_type": PASSWORDLESS_OTP, "username": who, "otp": code,
                    "realm": realm,
                })
            };
            let signed_in = self.door.pass(line, "/co/authenticate", body, world).await?;
            let cookie = signed_in.headers["set-cookie"].to_str().unwrap();
            self.cookie = Some(cookie.split(';').next().unwrap().to_owned());
        }
        self.cookie.clone()
    }

    async fn exchange(&mut self, line: &mut Line, world: &World) -> Option<()> {
        let Some(code) = &mut self.code else { return Some(()) };
        let answer = code.show(line, "/oauth/token", world).await?;
        let what = self.code.take().map(|code| code.what);
        if let (Some(answer), Some(what)) = (answer, what) {
            count(&world.counts.authorization_codes);
            let access = answer.text("access_token");
            self.access.push(access.clone());
            self.used = Some((what, access));
        }
        Some(())
    }

    /// Access tokens that were given and not taken back.
    pub(crate) fn access_tokens(&self) -> impl Iterator<Item = &String> {
        self.access.iter()
    }
}

/// What exchanges the code that a browser with a session brings back.
async fn authorize(line: &mut Line, cookie: &str) -> Option<Value> {
    let challenge = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, VERIFIER.as_bytes()));
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("client_id", "shop"),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", "openid offline_access"),
            ("prompt", "none"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ])
        .finish();
    let answer = line.get(&format!("/authorize?{query}"), "cookie", cookie).await?;
    let location = Url::parse(answer.headers["location"].to_str().unwrap()).unwrap();
    let code = location.query_pairs().find(|(name, _)| name == "code");
    let (_, code) = code.unwrap_or_else(|| panic!("the session is lost: {location}"));
    Some(json!({
        "grant_type": "authorization_code", "client_id": "shop", "code": code, "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    }))
}

/// How `/userinfo` answers an access token.
pub(crate) async fn userinfo(line: &mut Line, access_token: &str) -> Option<u16> {
    let bearer = format!("Bearer {access_token}");
    Some(line.get("/userinfo", "authorization", &bearer).await?.status)
}

/// What the people's pages say of themselves.
pub(crate) fn configuration() -> String {
    format!(
        "[[client]]\nid = \"shop\"\ncallbacks = [\"{CALLBACK}\"]\nweb_origins = [\"{ORIGIN}\"]\n\
         cross_origin = true\ncaptcha = false\n"
    )
}

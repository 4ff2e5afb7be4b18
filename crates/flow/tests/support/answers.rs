//! What a server that does everything right says.

use latch_flow::{Full, Millis, Reply, event::Evidence};
use latch_protocol::{
    captcha::{ChallengeResponse, Puzzle, provider},
    claims::{Audience, Claims},
    jwk::{Jwk, JwkSet},
    passwordless::StartResponse,
    token::TokenResponse,
};

pub(crate) const NOW: Millis = 1_700_000_000_000;

/// A day on Latch's own server: everything that a start may say is said.
pub(crate) fn code_sent() -> StartResponse {
    StartResponse {
        id: "0123456789abcdef01234567".into(),
        code_length: Some(6),
        expires_in: Some(180),
        resend_in: Some(30),
        tries: Some(3),
        ..StartResponse::default()
    }
}

/// A captcha as it comes.
pub(crate) fn given(captcha: ChallengeResponse) -> Reply {
    Reply::Challenge(Full::edition().expect("the tests are of the full edition"), captcha)
}

/// A proof of work.
pub(crate) fn puzzle() -> ChallengeResponse {
    ChallengeResponse {
        required: true,
        provider: Some(provider::PROOF_OF_WORK.into()),
        challenge: Some("puzzle".into()),
        difficulty: Some(16),
        ..ChallengeResponse::default()
    }
}

/// A picture of Latch's own server.
pub(crate) fn picture(kind: &str) -> ChallengeResponse {
    ChallengeResponse {
        required: true,
        provider: Some(provider::AUTH0.into()),
        kind: Some(kind.into()),
        image: Some("data:image/svg+xml;base64,PHN2Zy8+".into()),
        challenge: Some("name".into()),
        ..ChallengeResponse::default()
    }
}

/// A third party's.
pub(crate) fn third_party() -> ChallengeResponse {
    ChallengeResponse {
        required: true,
        provider: Some(provider::TURNSTILE.into()),
        site_key: Some("site-key".into()),
        ..ChallengeResponse::default()
    }
}

/// The same, with a proof of work for those who cannot solve it.
pub(crate) fn with_alternative(given: ChallengeResponse) -> ChallengeResponse {
    ChallengeResponse { alternative: Some(Puzzle { challenge: "instead".into(), difficulty: 8 }), ..given }
}

/// Every token says in its text that it is a secret, so that a leak is found by searching.
pub(crate) fn tokens() -> TokenResponse {
    TokenResponse {
        access_token: "secret-access".into(),
        id_token: Some("secret-header.secret-claims.secret-signature".into()),
        refresh_token: None,
        scope: Some("openid profile email".into()),
        expires_in: 86_400,
        token_type: "Bearer".into(),
    }
}

pub(crate) fn keys() -> JwkSet {
    let key = Jwk { kty: "RSA".into(), kid: Some("today".into()), ..Jwk::default() };
    JwkSet { keys: vec![key] }
}

/// An ID token that was issued now, for the client `demo` of `https://login.example.com/`.
pub(crate) fn evidence(now: Millis) -> Evidence {
    #[expect(clippy::cast_precision_loss, reason = "seconds are far below 2^53")]
    let now = (now / 1000) as f64;
    let claims = Claims {
        iss: Some("https://login.example.com/".into()),
        sub: Some("email|1".into()),
        aud: Some(Audience(vec!["demo".into()])),
        iat: Some(now),
        exp: Some(now + 36_000.0),
        at_hash: Some("half".into()),
        ..Claims::default()
    };
    Evidence { claims, access_token_hash: "half".into(), who: Some("ada@example.com".into()) }
}

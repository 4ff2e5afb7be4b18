//! Pictures of characters to read, or of a sum to work out: what Auth0 calls its simple captcha.
//!
//! Auth0's pages send the answer alone, and their login has one picture at a time. Whoever names its client
//! gets a name for the picture as well, and sends `name.answer`.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use latch_protocol::captcha::{ChallengeResponse, provider};

use super::{Asking, Rules, drawing};
use crate::{
    clock::Instant,
    failure::Failure,
    random,
    secret::{Digest, Purpose, sha256},
    state::App,
    store::captchas,
};

/// What is on the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Characters.
    Code,
    /// A sum.
    Math,
}

impl Kind {
    /// Auth0's name for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Math => "math",
        }
    }
}

/// How many characters there are to read: 22 to the sixth is a hundred million, and there is one try.
const LENGTH: usize = 6;

/// Draws one.
pub async fn challenge(
    app: &App,
    rules: &Rules,
    kind: Kind,
    asking: Asking<'_>,
) -> Result<ChallengeResponse, Failure> {
    let (text, answer) = question(app, kind)?;
    let svg = drawing::draw(&*app.random, &text)?;
    let own = random::id(&*app.random)?;
    let client = &asking.client.id;
    let expires_at = super::end(rules, app.clock.now());
    let mac = app.config.pepper.mac(Purpose::Picture, &[&answer]);
    captchas::put_picture(&app.store, &sha256(&own), client, &mac, expires_at).await?;
    if let Some(state) = asking.state {
        captchas::put_picture(&app.store, &of_login(state), client, &mac, expires_at).await?;
    }
    Ok(ChallengeResponse {
        provider: Some(provider::AUTH0.to_owned()),
        kind: Some(kind.as_str().to_owned()),
        image: Some(format!("data:image/svg+xml;base64,{}", STANDARD.encode(svg))),
        challenge: Some(own),
        ..ChallengeResponse::default()
    })
}

/// What stands on the picture, and what is to be answered.
fn question(app: &App, kind: Kind) -> Result<(String, String), Failure> {
    let mut dice = drawing::Dice::new(&*app.random);
    match kind {
        Kind::Code => {
            let mut text = String::new();
            for _ in 0..LENGTH {
                text.extend(dice.one_of(&drawing::READABLE)?);
            }
            Ok((text.clone(), text))
        }
        Kind::Math => {
            let (a, b) = (dice.below(90)? + 10, dice.below(9)? + 1);
            let (sign, result) = if dice.below(2)? == 0 { ('+', a + b) } else { ('-', a - b) };
            Ok((format!("{a}{sign}{b}="), result.to_string()))
        }
    }
}

fn of_login(state: &str) -> Digest {
    sha256(&["login ", state].concat())
}

/// Whether an answer is right. It uses the picture up either way.
pub async fn is_right(app: &App, asking: Asking<'_>, answer: &str, now: Instant) -> Result<bool, Failure> {
    let (name, text) = match (answer.split_once('.'), asking.state) {
        (Some((own, text)), _) => (sha256(own), text),
        (None, Some(state)) => (of_login(state), answer),
        (None, None) => return Ok(false),
    };
    let kept = captchas::take_picture(&app.store, &name, &asking.client.id, now).await?;
    let text = text.split_whitespace().collect::<String>().to_uppercase();
    let given = app.config.pepper.mac(Purpose::Picture, &[&text]);
    Ok(kept.and_then(|kept| Digest::kept(&kept)).is_some_and(|kept| kept.matches(&given)))
}

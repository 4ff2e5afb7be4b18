//! Proof of work: the browser looks for a number, which takes it a moment and us one hash to check.
//!
//! What has to be solved is random, says when it is over and how hard it is, and is signed for one client.
//! So nothing is kept of it until a proof is shown; then its name is, until it is over.

use aws_lc_rs::digest::{Context, SHA256};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use latch_protocol::captcha::Puzzle;

use super::Rules;
use crate::{
    clock::Instant,
    failure::Failure,
    secret::{Digest, Purpose, sha256},
    state::App,
    store::captchas,
};

/// Of the puzzle: when it is over (8 bytes), how hard it is (1), and what tells it from others (15).
const BYTES: usize = 24;

/// Something to solve.
pub fn puzzle(app: &App, rules: &Rules, client: &str) -> Result<Puzzle, Failure> {
    let mut bytes = [0; BYTES];
    app.random.fill(&mut bytes)?;
    let expires_at = super::end(rules, app.clock.now());
    bytes[..8].copy_from_slice(&expires_at.0.to_be_bytes());
    bytes[8] = u8::try_from(rules.difficulty).unwrap_or(u8::MAX);
    let body = URL_SAFE_NO_PAD.encode(bytes);
    let signature = URL_SAFE_NO_PAD.encode(&*sign(app, client, &body));
    Ok(Puzzle { challenge: format!("{body}.{signature}"), difficulty: rules.difficulty })
}

fn sign(app: &App, client: &str, body: &str) -> Digest {
    app.config.pepper.mac(Purpose::Proof, &[client, body])
}

/// Whether an answer is a proof that nobody has shown before. `challenge.counter`.
pub async fn holds(
    app: &App,
    rules: &Rules,
    client: &str,
    answer: &str,
    now: Instant,
) -> Result<bool, Failure> {
    let Some((challenge, expires_at, difficulty, counter)) = read(app, client, answer) else {
        return Ok(false);
    };
    // A puzzle of before the configuration changed is as hard as it was; one that is easier is not taken.
    let holds = expires_at > now
        && difficulty >= rules.difficulty
        && zero_bits(&digest(challenge, counter)) >= difficulty;
    Ok(holds && captchas::use_proof(&app.store, &sha256(challenge), expires_at).await?)
}

fn read<'a>(app: &App, client: &str, answer: &'a str) -> Option<(&'a str, Instant, u32, u64)> {
    let (challenge, digits) = answer.rsplit_once('.')?;
    let (body, signature) = challenge.split_once('.')?;
    let signature = Digest::kept(&URL_SAFE_NO_PAD.decode(signature).ok()?)?;
    if !signature.matches(&sign(app, client, body)) {
        return None;
    }
    let bytes: [u8; BYTES] = URL_SAFE_NO_PAD.decode(body).ok()?.try_into().ok()?;
    let (expires_at, rest) = bytes.split_first_chunk()?;
    // One spelling of each number.
    let counter = digits.parse::<u64>().ok().filter(|counter| counter.to_string() == digits)?;
    Some((challenge, Instant(i64::from_be_bytes(*expires_at)), u32::from(rest[0]), counter))
}

/// What has to begin with zeros.
pub fn digest(challenge: &str, counter: u64) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    context.update(&sha256(challenge));
    context.update(&counter.to_be_bytes());
    let mut digest = [0; 32];
    digest.copy_from_slice(context.finish().as_ref());
    digest
}

/// The zeros that it begins with.
pub fn zero_bits(digest: &[u8; 32]) -> u32 {
    let mut zeros = 0;
    for byte in digest {
        zeros += byte.leading_zeros();
        if *byte != 0 {
            break;
        }
    }
    zeros
}

//! Captchas: who is asked for one, which, and whether it was solved.
//!
//! Only public clients are asked. A backend that has proven itself knows its own users, and a program that has
//! no page could show nothing anyway.
//!
//! - [`proof`]: work for the browser, none for its user. Nothing is kept for it before it is shown.
//! - [`picture`]: Auth0's own kind, drawn here. One answer each, right or wrong.
//! - [`third_party`]: what others show and vouch for.

pub mod drawing;
pub mod picture;
pub mod proof;
pub mod third_party;

use std::net::IpAddr;

use axum::http::StatusCode;
use latch_protocol::{
    captcha::{BYPASS, ChallengeResponse, provider},
    error::code,
};

use self::{
    picture::Kind,
    third_party::{Vendor, Verdict},
};
use crate::{
    client::Client,
    clock::Instant,
    failure::Failure,
    limits::{Limit, asker_bucket, guesses, spraying::Guard},
    proof::Identity,
    reply::Refusal,
    state::App,
    store::hits,
};

/// `[captcha]`, checked.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Who is asked before an email.
    pub when: When,
    /// Who is asked before an SMS.
    pub when_sms: When,
    /// Starts from one address in an hour that are no risk; any number, without it.
    pub quiet_starts: Option<u32>,
    /// Wrong codes from one address in a day that are no risk; any number, without it.
    pub quiet_failures: Option<u32>,
    /// What is asked.
    pub provider: Provider,
    /// Whether a proof of work is taken as well.
    pub alternative: bool,
    /// Bits that a proof of work makes zero.
    pub difficulty: u32,
    /// Seconds that there are to solve one.
    pub seconds: u32,
    /// Whether nobody is kept out while a third party cannot be asked.
    pub fail_open: bool,
    /// Whether it is enough to say that the third party's script did not load.
    pub bypass: bool,
}

/// Who is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Nobody.
    Never,
    /// Whoever asks from an address that asks much, or guesses.
    Risk,
    /// Everybody.
    Always,
}

/// What is asked.
#[derive(Clone, Debug)]
pub enum Provider {
    /// Work for the browser.
    ProofOfWork,
    /// A picture of ours.
    Picture(Kind),
    /// What somebody else shows.
    ThirdParty(Vendor),
}

/// Why a code is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is no answer, and there has to be one.
    Missing,
    /// It is wrong, too late, or was shown before.
    Wrong,
    /// The third party cannot be asked.
    Unknown,
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        let invalid = |words| Self::new(StatusCode::BAD_REQUEST, code::INVALID_CAPTCHA, words);
        match refused {
            Refused::Missing => invalid("Captcha is required"),
            Refused::Wrong => invalid("Invalid captcha value"),
            Refused::Unknown => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                code::TEMPORARILY_UNAVAILABLE,
                "The captcha cannot be verified now. Please try again.",
            )
            .with_header("retry-after", "5"),
        }
    }
}

/// Who wants a code sent.
#[derive(Clone, Copy, Debug)]
pub struct Asking<'a> {
    /// For which application.
    pub client: &'a Client,
    /// By which connection.
    pub connection: &'a str,
    /// To whom, once that is said.
    pub to: Option<&'a Identity>,
    /// From where. A backend's own address tells nothing of its users.
    pub from: Option<IpAddr>,
    /// The login that waits at the server, on the hosted page.
    pub state: Option<&'a str>,
}

impl Rules {
    fn when(&self, connection: &str) -> When {
        if connection == "sms" { self.when_sms } else { self.when }
    }

    /// Whether a proof of work is taken.
    fn takes_proofs(&self) -> bool {
        self.alternative || matches!(self.provider, Provider::ProofOfWork)
    }
}

/// What counts the starts of an address, when that is a reason to ask. In a bucket of its own: it is counted
/// whether or not there is a limit.
pub fn starts(app: &App, connection: &str, address: &str) -> Option<Limit> {
    let rules = app.config.captcha.as_ref().filter(|rules| rules.when(connection) == When::Risk)?;
    Some(Limit { bucket: format!("quiet {address}"), most: rules.quiet_starts?, window: 3600 })
}

/// Whether a captcha has to be solved.
pub async fn is_wanted(app: &App, asking: Asking<'_>) -> Result<bool, Failure> {
    let Some(rules) = &app.config.captcha else { return Ok(false) };
    if !asking.client.captcha {
        return Ok(false);
    }
    match rules.when(asking.connection) {
        When::Never => Ok(false),
        When::Always => Ok(true),
        When::Risk => is_risky(app, rules, asking).await,
    }
}

async fn is_risky(app: &App, rules: &Rules, asking: Asking<'_>) -> Result<bool, Failure> {
    if is_guessed_at(app, asking).await? {
        return Ok(true);
    }
    let Some(address) = asking.from.map(asker_bucket) else { return Ok(false) };
    // The page asks for a captcha when its start was refused, and names nobody then.
    if asking.to.is_none()
        && hits::look(&app.store, &refused(rules, &address), app.clock.now()).await?.is_err()
    {
        return Ok(true);
    }
    let guard = Guard::against(app, asking.from).await?;
    let failures =
        rules.quiet_failures.map(|most| Limit { bucket: format!("failure {address}"), most, window: 86_400 });
    for limit in starts(app, asking.connection, &address).into_iter().chain(failures) {
        // On its guard the server is suspicious sooner.
        let limit = Limit { most: if limit.most == 0 { 0 } else { guard.share(limit.most) }, ..limit };
        if limit.most == 0 || hits::look(&app.store, &limit, app.clock.now()).await?.is_err() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether others guess at whoever the code is for.
async fn is_guessed_at(app: &App, asking: Asking<'_>) -> Result<bool, Failure> {
    match asking.to {
        Some(identity) => guesses::are_many(app, identity).await,
        None => Ok(false),
    }
}

/// What knows that a start from an address was refused for want of a captcha, because of whom it was for.
fn refused(rules: &Rules, address: &str) -> Limit {
    Limit { bucket: format!("captcha {address}"), most: 1, window: rules.seconds }
}

async fn note_refusal(app: &App, rules: &Rules, asking: Asking<'_>) -> Result<(), Failure> {
    let Some(address) = asking.from.map(asker_bucket) else { return Ok(()) };
    if is_guessed_at(app, asking).await? {
        let mut tx = app.store.write().await?;
        // Once is enough.
        let _ = hits::count(&mut tx, &refused(rules, &address), app.clock.now()).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// A captcha to solve. `speaks_latch` is whether who asks knows more than Auth0's own kinds; who does not is
/// drawn a picture where a proof of work would do.
pub async fn challenge(
    app: &App,
    rules: &Rules,
    asking: Asking<'_>,
    speaks_latch: bool,
) -> Result<ChallengeResponse, Failure> {
    let puzzle = || proof::puzzle(app, rules, &asking.client.id);
    let mut answer = match &rules.provider {
        Provider::ProofOfWork if speaks_latch => {
            let puzzle = puzzle()?;
            ChallengeResponse {
                provider: Some(provider::PROOF_OF_WORK.to_owned()),
                challenge: Some(puzzle.challenge),
                difficulty: Some(puzzle.difficulty),
                ..ChallengeResponse::default()
            }
        }
        Provider::ProofOfWork => picture::challenge(app, rules, Kind::Code, asking).await?,
        Provider::Picture(kind) => picture::challenge(app, rules, *kind, asking).await?,
        Provider::ThirdParty(vendor) => vendor.challenge(),
    };
    answer.required = true;
    if rules.alternative && speaks_latch && !matches!(rules.provider, Provider::ProofOfWork) {
        answer.alternative = Some(puzzle()?);
    }
    Ok(answer)
}

/// Lets a start through, if no captcha is wanted of it or it brings one that was solved. What nobody asked
/// for is not looked at, and stays good.
pub async fn admit(
    app: &App,
    asking: Asking<'_>,
    answer: Option<&str>,
) -> Result<Result<(), Refused>, Failure> {
    let Some(rules) = &app.config.captcha else { return Ok(Ok(())) };
    if !is_wanted(app, asking).await? {
        return Ok(Ok(()));
    }
    let Some(answer) = answer else {
        note_refusal(app, rules, asking).await?;
        return Ok(Err(Refused::Missing));
    };
    let now = app.clock.now();
    if rules.takes_proofs() && proof::holds(app, rules, &asking.client.id, answer, now).await? {
        return Ok(Ok(()));
    }
    let verdict = match &rules.provider {
        // Who knows no proof of work was drawn a picture.
        Provider::ProofOfWork | Provider::Picture(_) => picture::is_right(app, asking, answer, now).await?,
        Provider::ThirdParty(_) if answer == BYPASS => rules.bypass,
        Provider::ThirdParty(vendor) => return Ok(third_party(app, rules, vendor, answer).await),
    };
    Ok(if verdict { Ok(()) } else { Err(Refused::Wrong) })
}

async fn third_party(app: &App, rules: &Rules, vendor: &Vendor, answer: &str) -> Result<(), Refused> {
    let verdict = match &app.verifier {
        Some(verifier) => vendor.verify(verifier, answer).await,
        None => Verdict::Unknown("there is no way out"),
    };
    match verdict {
        Verdict::Solved => Ok(()),
        Verdict::NotSolved => Err(Refused::Wrong),
        Verdict::Unknown(why) => {
            tracing::warn!(
                provider = vendor.name(),
                why,
                open = rules.fail_open,
                "a captcha was not verified"
            );
            if rules.fail_open { Ok(()) } else { Err(Refused::Unknown) }
        }
    }
}

/// When what is made now is over.
fn end(rules: &Rules, now: Instant) -> Instant {
    now.plus_seconds(rules.seconds)
}

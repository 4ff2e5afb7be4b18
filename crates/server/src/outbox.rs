//! Delivers what is in the outbox. Several workers, so that one slow delivery holds up nobody else.

pub mod handover;
pub mod report;

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use tokio::sync::watch;

use self::handover::Handover;
use crate::{
    clock::Instant,
    failure::Failure,
    mail::{message::Message, smtp::envelope},
    sms::Outgoing,
    state::App,
    store::{
        inbox::{self, Arrived},
        outbox::{self, Leased},
    },
};

/// Workers at once.
pub const WORKERS: usize = 4;
/// Longer than the delivery of an email and its record can take.
pub const LEASE_SECONDS: u32 = 25;
/// How long a start that waits for an SMS has what may pass tried again.
pub const PATIENCE: Duration = Duration::from_secs(4);
/// A worker that is not woken looks by itself after this long.
const LONGEST_NAP: Duration = Duration::from_secs(30);
/// The first pause after a failed delivery; each further one is twice as long. Short, because the
/// code in the message is good for three minutes only.
const FIRST_PAUSE_MS: i64 = 1_000;
const LONGEST_PAUSE_MS: i64 = 30_000;

/// What becomes of a message that did not leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nobody tries it again.
    GivenUp,
    /// It is tried again later.
    Later,
    /// It may have left after all, so it is not tried again either.
    InDoubt,
}

/// Why a message did not leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undelivered {
    /// What becomes of it.
    pub fate: Fate,
    /// For the operator: neither an address nor a number is in it.
    pub reason: String,
    /// For whoever asked for the message, when that is something else.
    answer: Option<String>,
}

impl Undelivered {
    /// It never will.
    pub fn permanently(reason: impl Into<String>) -> Self {
        Self { fate: Fate::GivenUp, reason: reason.into(), answer: None }
    }

    /// It may, later.
    pub fn for_now(reason: impl Into<String>) -> Self {
        Self { fate: Fate::Later, reason: reason.into(), answer: None }
    }

    /// Perhaps it did.
    pub fn in_doubt(reason: impl Into<String>) -> Self {
        Self { fate: Fate::InDoubt, reason: reason.into(), answer: None }
    }

    /// Says something else to whoever asked for the message.
    #[must_use]
    pub fn telling(self, answer: String) -> Self {
        Self { answer: Some(answer), ..self }
    }

    /// What whoever asked for the message is told.
    pub fn answer(&self) -> &str {
        self.answer.as_deref().unwrap_or(&self.reason)
    }
}

/// Delivers until told to stop.
pub async fn work(current: Arc<ArcSwap<App>>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let app = App::clone(&current.load());
        // A message that is written while we look leaves a permit behind, and wakes us all the same.
        let woken = app.mail_waits.notified();
        let nap = match drain(&app).await {
            Ok(()) => nap(&app).await,
            Err(failure) => {
                tracing::error!(%failure, "the outbox failed");
                Duration::from_secs(1)
            }
        };
        tokio::select! {
            () = woken => {}
            () = tokio::time::sleep(nap) => {}
            _ = stop.changed() => {}
        }
    }
}

async fn nap(app: &App) -> Duration {
    let Ok(Some(due)) = outbox::next_due(&app.store).await else { return LONGEST_NAP };
    let wait = due.0.saturating_sub(app.clock.now().0).max(50);
    Duration::from_millis(u64::try_from(wait).unwrap_or(0)).min(LONGEST_NAP)
}

/// Delivers everything that is due now, and forgets what has expired.
pub async fn drain(app: &App) -> Result<(), Failure> {
    let expired = outbox::bury_expired(&app.store, app.clock.now()).await?;
    if expired > 0 {
        tracing::warn!(expired, "messages were not delivered before their codes expired");
    }
    let now = app.clock.now();
    if outbox::is_any_overdue(&app.store, now).await? {
        app.handovers.settle(&app.store, now).await?;
        outbox::release(&app.store, [now; 2]).await?;
    }
    loop {
        let now = app.clock.now();
        let Some(mail) = outbox::lease(&app.store, now, leases(app, now)).await? else {
            return Ok(());
        };
        // Another worker may take the next one meanwhile.
        app.mail_waits.notify_one();
        let pause = pause(app, mail.attempts)?;
        let _ = deliver(app, &mail, pause, None).await?;
    }
}

/// Goes on where processes that are gone have ended. What they had undertaken to deliver and had not begun to
/// hand over is anybody's at once when this process is the only one that lives.
pub async fn take_over(app: &App) -> Result<(), Failure> {
    let now = app.clock.now();
    app.handovers.settle(&app.store, now).await?;
    if app.handovers.is_alone()? {
        // A process that has begun since has leases that end no earlier than these.
        let before = leases(app, now).map(|until| Instant(until.0 - 1));
        outbox::release(&app.store, before).await?;
    }
    Ok(())
}

/// Until when a message that is undertaken now is one worker's: an email, and an SMS.
fn leases(app: &App, now: Instant) -> [Instant; 2] {
    ["email", "sms"].map(|channel| now.plus_seconds(lease_seconds(app, channel)))
}

/// For how long a message is one worker's: longer than its delivery can take.
pub fn lease_seconds(app: &App, channel: &str) -> u32 {
    let sms = app.config.sms.as_ref().filter(|_| channel == "sms");
    sms.map_or(LEASE_SECONDS, |sms| LEASE_SECONDS + sms.timeout_seconds)
}

/// Delivers a message that was written with a lease while somebody waits for what comes of it. What may
/// pass is tried again for a moment; then the message is given up, as whoever is told that it failed asks
/// for another. The delivery goes on when nobody waits any more, so that a caller who hangs up does not
/// leave a message half delivered.
pub async fn deliver_now(app: &App, mut mail: Leased) -> Result<Result<(), Undelivered>, Failure> {
    let app = app.clone();
    let delivery = tokio::spawn(async move {
        let end = tokio::time::Instant::now() + PATIENCE;
        loop {
            let pause = pause(&app, mail.attempts)?;
            match deliver(&app, &mail, pause, Some(end)).await? {
                Err(Undelivered { fate: Fate::Later, .. }) => tokio::time::sleep(pause).await,
                delivered => return Ok(delivered),
            }
            mail.attempts += 1;
        }
    });
    // It panicked, or the server is stopping. The row is there, and its lease ends.
    delivery.await.unwrap_or(Ok(Ok(())))
}

/// Tries once; the next try would be after a pause. Whoever waits does so until `awaited`.
async fn deliver(
    app: &App,
    mail: &Leased,
    pause: Duration,
    awaited: Option<tokio::time::Instant>,
) -> Result<Result<(), Undelivered>, Failure> {
    if mail.recipient == outbox::NOBODY {
        let mut tx = app.store.write().await?;
        outbox::delete(&mut tx, &mail.id).await?;
        tx.commit().await?;
        return Ok(Ok(()));
    }
    let handover = app.handovers.begin(&mail.id);
    let delivered = deliver_and_record(app, mail, &handover, pause, awaited).await?;
    handover.is_recorded();
    Ok(delivered)
}

async fn deliver_and_record(
    app: &App,
    mail: &Leased,
    handover: &Handover,
    pause: Duration,
    awaited: Option<tokio::time::Instant>,
) -> Result<Result<(), Undelivered>, Failure> {
    let mut undelivered = match serde_json::from_str::<Message>(&mail.payload) {
        Err(_) => Undelivered::permanently("the message cannot be read"),
        Ok(message) => match hand_over(app, mail, &message, handover).await {
            // In --dev the inbox has it anyway.
            Err(undelivered) if !app.config.dev => {
                if undelivered.fate != Fate::InDoubt {
                    handover.came_back();
                }
                undelivered
            }
            Ok(()) | Err(_) => {
                handover.arrived();
                let mut tx = app.store.write().await?;
                if app.config.dev {
                    inbox::put(&mut tx, &arrived(app, mail, message)).await?;
                }
                outbox::delete(&mut tx, &mail.id).await?;
                tx.commit().await?;
                return Ok(Ok(()));
            }
        },
    };
    if undelivered.fate == Fate::Later && awaited.is_some_and(|end| tokio::time::Instant::now() + pause > end)
    {
        undelivered.fate = Fate::GivenUp;
    }
    let Undelivered { fate, reason, .. } = &undelivered;
    tracing::warn!(channel = mail.channel, ?fate, reason, "a message was not taken");
    let now = app.clock.now();
    match fate {
        Fate::GivenUp => outbox::bury(&app.store, &mail.id, now, reason).await?,
        Fate::InDoubt => {
            outbox::doubt(&app.store, std::slice::from_ref(&mail.id), now, reason).await?;
        }
        Fate::Later if awaited.is_some() => outbox::try_again(&app.store, &mail.id, reason).await?,
        Fate::Later => {
            let pause = i64::try_from(pause.as_millis()).unwrap_or(LONGEST_PAUSE_MS);
            outbox::retry(&app.store, &mail.id, Instant(now.0 + pause), reason).await?;
            // A worker that sleeps until later has to know.
            app.mail_waits.notify_one();
        }
    }
    Ok(Err(undelivered))
}

/// Gives a message to whoever carries it. Without such, which is only so in --dev, to nobody.
async fn hand_over(
    app: &App,
    mail: &Leased,
    message: &Message,
    handover: &Handover,
) -> Result<(), Undelivered> {
    if mail.channel == "sms" {
        let Some(carrier) = &app.sms else { return Ok(()) };
        let sms = Outgoing {
            recipient: &mail.recipient,
            text: &message.text,
            asked: message.asked.as_ref(),
            now: app.clock.now(),
            expires_at: mail.expires_at,
            issuer: &app.issuer,
        };
        return carrier.send(sms, handover).await;
    }
    let Some(smtp) = &app.smtp else { return Ok(()) };
    let from = &app.config.mail.from;
    let envelope = envelope(from, &mail.recipient, &mail.id, mail.created_at, message)
        .ok_or_else(|| Undelivered::permanently("the message does not fit into an envelope"))?;
    smtp.send(&envelope, || handover.mark()).await
}

fn arrived(app: &App, mail: &Leased, message: Message) -> Arrived {
    Arrived {
        id: mail.id.clone(),
        channel: mail.channel.clone(),
        recipient: mail.recipient.clone(),
        subject: message.subject,
        text: message.text,
        html: message.html,
        code: Some(message.code),
        link: message.link,
        sent_at: app.clock.now(),
    }
}

/// Doubles with every attempt, give or take a quarter, so that a server that was down is not hit by
/// everything at once.
fn pause(app: &App, attempts: i64) -> Result<Duration, Failure> {
    let doublings = u32::try_from(attempts.clamp(1, 16) - 1).unwrap_or(0);
    let pause = (FIRST_PAUSE_MS << doublings).min(LONGEST_PAUSE_MS);
    let mut byte = [0];
    app.random.fill(&mut byte)?;
    let millis = pause * 3 / 4 + pause * i64::from(byte[0]) / 510;
    Ok(Duration::from_millis(millis.unsigned_abs()))
}

#[cfg(test)]
#[path = "outbox_tests.rs"]
mod tests;

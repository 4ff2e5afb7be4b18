//! Delivers what is in the outbox. Several workers, so that one slow delivery holds up nobody else.

use std::time::Duration;

use tokio::sync::watch;

use crate::{
    clock::Instant,
    failure::Failure,
    mail::{
        message::Message,
        smtp::{Undelivered, envelope},
    },
    state::App,
    store::{
        inbox::{self, Arrived},
        outbox::{self, Leased},
    },
};

/// Workers at once.
pub const WORKERS: usize = 4;
/// Longer than a delivery can take.
const LEASE_SECONDS: u32 = 30;
/// A worker that is not woken looks by itself after this long.
const LONGEST_NAP: Duration = Duration::from_secs(30);
/// The first pause after a failed delivery; each further one is twice as long. Short, because the
/// code in the message is good for three minutes only.
const FIRST_PAUSE_MS: i64 = 1_000;
const LONGEST_PAUSE_MS: i64 = 30_000;

/// Delivers until told to stop.
pub async fn work(app: App, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
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
    let expired = outbox::delete_expired(&app.store, app.clock.now()).await?;
    if expired > 0 {
        tracing::warn!(expired, "messages were not delivered before their codes expired");
    }
    loop {
        let now = app.clock.now();
        let Some(mail) = outbox::lease(&app.store, now, now.plus_seconds(LEASE_SECONDS)).await? else {
            return Ok(());
        };
        // Another worker may take the next one meanwhile.
        app.mail_waits.notify_one();
        deliver(app, mail).await?;
    }
}

async fn deliver(app: &App, mail: Leased) -> Result<(), Failure> {
    let Ok(message) = serde_json::from_str::<Message>(&mail.payload) else {
        return forget(app, &mail.id).await;
    };
    if let Some(smtp) = &app.smtp {
        let from = &app.config.mail.from;
        let Some(envelope) = envelope(from, &mail.recipient, &mail.id, mail.created_at, &message) else {
            tracing::warn!("a message could not be put in an envelope");
            return forget(app, &mail.id).await;
        };
        match smtp.send(envelope).await {
            Err(Undelivered::Permanently) if !app.config.dev => return forget(app, &mail.id).await,
            Err(Undelivered::ForNow) if !app.config.dev => {
                let next_at = Instant(app.clock.now().0 + pause(app, mail.attempts)?);
                return Ok(outbox::retry(&app.store, &mail.id, next_at).await?);
            }
            // In --dev the inbox has it anyway.
            Ok(()) | Err(_) => {}
        }
    }
    let mut tx = app.store.write().await?;
    if app.config.dev {
        let arrived = Arrived {
            id: mail.id.clone(),
            channel: mail.channel,
            recipient: mail.recipient,
            subject: message.subject,
            text: message.text,
            html: message.html,
            code: Some(message.code),
            link: message.link,
            sent_at: app.clock.now(),
        };
        inbox::put(&mut tx, &arrived).await?;
    }
    outbox::delete(&mut tx, &mail.id).await?;
    Ok(tx.commit().await?)
}

async fn forget(app: &App, id: &str) -> Result<(), Failure> {
    let mut tx = app.store.write().await?;
    outbox::delete(&mut tx, id).await?;
    Ok(tx.commit().await?)
}

/// Doubles with every attempt, give or take a quarter, so that a server that was down is not hit by
/// everything at once.
fn pause(app: &App, attempts: i64) -> Result<i64, Failure> {
    let doublings = u32::try_from(attempts.clamp(1, 16) - 1).unwrap_or(0);
    let pause = (FIRST_PAUSE_MS << doublings).min(LONGEST_PAUSE_MS);
    let mut byte = [0];
    app.random.fill(&mut byte)?;
    Ok(pause * 3 / 4 + pause * i64::from(byte[0]) / 510)
}

#[cfg(test)]
#[path = "outbox_tests.rs"]
mod tests;

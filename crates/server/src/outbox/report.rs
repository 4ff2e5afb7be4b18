//! What waits in the outbox, what was given up, and why: `latch-server outbox` prints it.

use std::fmt::Write as _;

use crate::{
    clock::Instant,
    failure::Failure,
    store::{
        Store,
        outbox::{self, Status},
    },
};

/// Rows that are shown.
const MOST: u32 = 200;

/// One line for each row, the newest first. Whom it is for shows only as far as it takes to recognise
/// them.
pub async fn report(store: &Store, now: Instant) -> Result<String, Failure> {
    let (rows, count) = outbox::list(store, MOST).await?;
    if rows.is_empty() {
        return Ok("The outbox is empty.\n".to_owned());
    }
    let mut report =
        format!("{:<8} {:>7}  {:<5} {:<28} {:>5}  {}\n", "STATE", "AGE", "BY", "TO", "TRIES", "LAST ERROR");
    for row in &rows {
        // Writing to a String cannot fail.
        let _ = writeln!(
            report,
            "{:<8} {:>6}s  {:<5} {:<28} {:>5}  {}",
            state(row, now),
            row.created_at.seconds_until(now),
            row.channel,
            masked(&row.recipient),
            row.attempts,
            row.last_error.as_deref().unwrap_or("-"),
        );
    }
    let dead = rows.iter().filter(|row| row.dead_at.is_some()).count();
    let _ = writeln!(report, "{} waiting, {dead} given up in the last day", rows.len() - dead);
    if i64::from(MOST) < count {
        let _ = writeln!(report, "The newest {MOST} of {count} are shown.");
    }
    Ok(report)
}

fn state(row: &Status, now: Instant) -> &'static str {
    if row.dead_at.is_some() {
        "given up"
    } else if row.expires_at <= now {
        "expired"
    } else if row.doubtful_at.is_some() {
        "in doubt"
    } else if row.leased_until.is_some_and(|until| until > now) {
        "on way"
    } else if row.next_at > now {
        "later"
    } else {
        "due"
    }
}

/// The first letter and the domain of an address, the first and the last digits of a number.
fn masked(recipient: &str) -> String {
    let begin = |text: &str, count: usize| text.chars().take(count).collect::<String>();
    if let Some((local, domain)) = recipient.rsplit_once('@') {
        return format!("{}***@{}", begin(local, 1), begin(domain, 22));
    }
    let end = recipient.get(recipient.len().saturating_sub(2)..).unwrap_or_default();
    format!("{}***{end}", begin(recipient, 3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        outbox::drain,
        testing::{CONFIG, Test},
    };

    #[tokio::test]
    async fn an_operator_sees_what_waits_and_why_and_nobodys_address_or_code() {
        let config = CONFIG.replace("smtps://mail.example", "smtp://127.0.0.1:1");
        let test = Test::with(&config, false, |_| {}).await;
        assert_eq!(report(&test.app.store, test.now()).await.unwrap(), "The outbox is empty.\n");
        test.code("early@example.com").await;
        test.clock.advance_seconds(180);
        let code = test.code("ada.lovelace@example.com").await;
        drain(&test.app).await.unwrap();
        let shown = report(&test.app.store, test.now()).await.unwrap();
        let lines: Vec<&str> = shown.lines().collect();
        let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ");
        let why = "SMTP: the server cannot be reached, or talks something else";
        assert_eq!(words(lines[1]), format!("later 0s email a***@example.com 1 {why}"));
        assert_eq!(words(lines[2]), "given up 180s email e***@example.com 0 expired");
        assert_eq!(lines[3], "1 waiting, 1 given up in the last day");
        assert!(!shown.contains("lovelace") && !shown.contains(&code));
        // Another process looks at the same file.
        let look = Store::look(&test.app.config.database).await.unwrap();
        assert_eq!(report(&look, test.now()).await.unwrap(), shown);
        assert!(outbox::bury_expired(&look, test.now()).await.is_err(), "it can only look");
    }

    #[test]
    fn a_number_is_masked_too() {
        assert_eq!(masked("+14155550100"), "+14***00");
        assert_eq!(masked("\u{e9}ve@a.co"), "\u{e9}***@a.co");
    }
}

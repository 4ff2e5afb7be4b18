use std::{
    collections::VecDeque,
    net::{IpAddr, Ipv4Addr},
};

use latch_protocol::endpoint as path;
use serde_json::json;

use super::*;
use crate::testing::{CONFIG, Test, otp_body};

/// Of a thousand people who sign in, so many mistype their code.
const MISTYPED: u64 = 50;
/// And so many of them give up, or ask for another code.
const GIVEN_UP: u64 = 10;
/// The others have the code right after so many seconds.
const SECOND_LOOK: u64 = 20;

/// Somebody's address, one of so many.
fn address(number: u64, of: u64) -> IpAddr {
    // Spread over the networks, as those of a botnet are.
    let number = u32::try_from(number % of).unwrap().wrapping_mul(2_654_435_761);
    IpAddr::V4(Ipv4Addr::from_bits(number))
}

/// What comes in: logins of people, and guesses from ten thousand addresses.
struct Traffic {
    logins_per_second: u64,
    guesses_in_100_seconds: u64,
}

/// Seconds until the alarm for all is raised, if it ever is within so many; to ten seconds, as the
/// database is asked that often.
async fn seconds_until_alarm(test: &Test, traffic: &Traffic, most: u64) -> Option<u64> {
    let (mut logins, mut guesses) = (0_u64, 0_u64);
    let mut second_looks = VecDeque::new();
    for ten in 1..=most / 10 {
        let mut tx = test.app.store.write().await.unwrap();
        for second in (ten - 1) * 10..ten * 10 {
            test.clock.advance_seconds(1);
            for _ in 0..traffic.logins_per_second {
                logins += 1;
                // In no order, and yet the same in every run.
                let draw = logins.wrapping_mul(6_364_136_223_846_793_005) >> 33;
                let from = Some(address(logins * 7, 1 << 20));
                let seen = if draw % 1000 < MISTYPED { Seen::Wrong } else { Seen::Right { after: 0 } };
                count(&test.app, &mut tx, from, seen, test.now()).await.unwrap();
                if (GIVEN_UP..MISTYPED).contains(&(draw % 1000)) {
                    second_looks.push_back((second + SECOND_LOOK, from));
                }
            }
            while let Some((_, from)) = second_looks.pop_front_if(|(at, _)| *at <= second) {
                count(&test.app, &mut tx, from, Seen::Right { after: 1 }, test.now()).await.unwrap();
            }
            while guesses * 100 < second * traffic.guesses_in_100_seconds {
                guesses += 1;
                let from = Some(address(guesses, 10_000));
                count(&test.app, &mut tx, from, Seen::Wrong, test.now()).await.unwrap();
            }
        }
        tx.commit().await.unwrap();
        if verdicts::is_raised(&test.app.store, "", test.now()).await.unwrap() {
            return Some(ten * 10);
        }
    }
    None
}

/// An hour before now in which people signed in, so that guesses of a minute are few among them.
async fn sign_in_for_an_hour(test: &Test, logins_per_second: u64) {
    let slot = test.now().seconds() / verdicts::SLOT_SECONDS;
    let logins = i64::try_from(logins_per_second).unwrap() * verdicts::SLOT_SECONDS;
    let wrong = logins * i64::try_from(GIVEN_UP).unwrap() / 1000;
    let mut tx = test.app.store.write().await.unwrap();
    for slot in slot - HOUR / verdicts::SLOT_SECONDS..slot {
        sqlx::query("INSERT INTO verdicts (network, slot, correct, wrong) VALUES ('', ?, ?, ?)")
            .bind(slot)
            .bind(logins - wrong)
            .bind(wrong)
            .execute(&mut *tx)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_million_guesses_a_day_from_ten_thousand_addresses_are_seen_within_a_minute() {
    for logins_per_second in [0, 1, 10] {
        let test = Test::new().await;
        sign_in_for_an_hour(&test, logins_per_second).await;
        let attack = Traffic { logins_per_second, guesses_in_100_seconds: 1157 };
        let seen = seconds_until_alarm(&test, &attack, 60).await;
        assert!(seen.is_some(), "with {logins_per_second} logins a second");
    }
}

#[tokio::test]
async fn two_hours_of_people_who_mistype_raise_no_alarm() {
    let test = Test::new().await;
    let people = Traffic { logins_per_second: 1, guesses_in_100_seconds: 0 };
    assert_eq!(seconds_until_alarm(&test, &people, 7200).await, None);
    let networks: i64 =
        sqlx::query_scalar("SELECT count(*) FROM alarms").fetch_one(test.app.store.reader()).await.unwrap();
    assert_eq!(networks, 0);
}

#[tokio::test]
async fn however_fast_somebody_sprays_a_day_of_it_opens_less_than_a_fortieth_of_an_account() {
    let rules = Rules::default();
    let limits = crate::config::Limits::DEFAULT;
    // From a thousand a day on, which is nothing, to a million, which is all that ten thousand
    // addresses may guess. The second is seen by the hour that it takes, the others by the minute.
    for (logins_per_second, guesses_in_100_seconds, is_seen) in
        [(1, 1, false), (1, 10, true), (1, 100, true), (1, 1157, true), (10, 70, true)]
    {
        let test = Test::new().await;
        sign_in_for_an_hour(&test, logins_per_second).await;
        let traffic = Traffic { logins_per_second, guesses_in_100_seconds };
        let seen = seconds_until_alarm(&test, &traffic, 3600).await;
        assert_eq!(seen.is_some(), is_seen, "{guesses_in_100_seconds} in 100 seconds");
        let per_second = f64::from(u32::try_from(guesses_in_100_seconds).unwrap()) / 100.0;
        let a_day = per_second * 86_400.0;
        let opened = match seen {
            None => a_day / 1e6,
            Some(seconds) => {
                // Codes that are out already are good for three minutes more.
                let before = per_second * f64::from(u32::try_from(seconds + 180).unwrap());
                let per_address = Guard(Some(rules)).share(limits.failures_per_ip.unwrap());
                let after = a_day.min(10_000.0 * f64::from(per_address));
                before / 1e6 + after / 10_f64.powi(i32::try_from(rules.code_length).unwrap())
            }
        };
        assert!(opened < 0.025, "{per_second} a second: {opened} accounts, seen after {seen:?} seconds");
    }
}

#[tokio::test]
async fn on_its_guard_the_server_makes_longer_codes_and_halves_what_addresses_may() {
    let test = Test::with(CONFIG, false, |config| {
        config.limits.starts_per_ip = Some(4);
        config.limits.failures_per_ip = Some(6);
    })
    .await;
    let before = test.code("ada@example.com").await;
    assert_eq!(before.len(), 6);
    for number in 0..20 {
        let guess = otp_body(&format!("{number}@example.com"), "000000", "openid");
        let from = format!("203.0.{number}.1");
        assert_eq!(test.post_from(&from, path::OAUTH_TOKEN, &guess).await.status, 403);
    }

    let start =
        json!({"client_id": "shop", "connection": "email", "send": "code", "email": "bob@example.com"});
    let reply = test.post_from("192.0.2.1", path::PASSWORDLESS_START, &start).await;
    assert_eq!(reply.json()["code_length"], 8);
    assert_eq!(reply.header("x-ratelimit-limit"), Some("2"));
    let code = test.waiting("bob@example.com").await.unwrap().code;
    assert_eq!(code.len(), 8);
    // Who has a code is not kept out, the short one of before included.
    assert_eq!(test.exchange("ada@example.com", &before, "openid").await.status, 200);
    for _ in 0..3 {
        let guess = otp_body("bob@example.com", "00000000", "openid");
        assert_eq!(test.post_from("192.0.2.2", path::OAUTH_TOKEN, &guess).await.status, 403);
    }
    let right = otp_body("bob@example.com", &code, "openid");
    let reply = test.post_from("192.0.2.2", path::OAUTH_TOKEN, &right).await;
    assert_eq!(reply.json()["error"], "too_many_attempts", "three of six is half");

    test.clock.advance_seconds(i64::from(Rules::default().guard_seconds));
    assert_eq!(test.code("bob@example.com").await.len(), 6, "a while after the last sign");
}

#[tokio::test]
async fn one_network_that_guesses_is_alone_in_what_comes_of_it() {
    let test = Test::new().await;
    // People sign in, so that all in all it is not much.
    let mut tx = test.app.store.write().await.unwrap();
    for number in 0..600 {
        let from = Some(address(number, 1 << 20));
        count(&test.app, &mut tx, from, Seen::Right { after: 0 }, test.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
    for number in 0..20 {
        let guess = otp_body(&format!("{number}@example.com"), "000000", "openid");
        let from = format!("2001:db8:1:{number}::1");
        test.post_from(&from, path::OAUTH_TOKEN, &guess).await;
    }
    for (from, digits) in [("2001:db8:1:99::1", 8), ("2001:db8:2::1", 6), ("192.0.2.1", 6)] {
        let start = json!({"client_id": "shop", "connection": "email", "send": "code", "email": "a@b.co"});
        let reply = test.post_from(from, path::PASSWORDLESS_START, &start).await;
        assert_eq!(reply.json()["code_length"], digits, "{from}");
    }
}

#[tokio::test]
async fn who_mistypes_and_then_has_the_code_right_was_no_guesser() {
    let test = Test::new().await;
    // As many slips as would raise an alarm, were they guesses: one each, then two each.
    for slips in [1, 2] {
        for number in 0..20 {
            let email = format!("user{number}.{slips}@example.com");
            let from = format!("203.0.113.{number}");
            let code = test.code(&email).await;
            for _ in 0..slips {
                let slip = otp_body(&email, &crate::testing::wrong(&code), "openid");
                assert_eq!(test.post_from(&from, path::OAUTH_TOKEN, &slip).await.status, 403);
            }
            let right = test.post_from(&from, path::OAUTH_TOKEN, &otp_body(&email, &code, "openid")).await;
            assert_eq!(right.status, 200);
        }
    }
    assert_eq!(test.code("ada@example.com").await.len(), 6);
    let mut tx = test.app.store.write().await.unwrap();
    for network in ["", "203.0.113.0/24"] {
        let counted = verdicts::of_last(&mut tx, network, HOUR, test.now()).await.unwrap();
        assert_eq!(counted, Counted { correct: 40, wrong: 0 }, "{network}");
    }
}

#[test]
fn chance_is_told_from_guessing_by_how_far_it_is_from_normal() {
    let rules = Rules::default();
    for (correct, wrong, is_spraying) in [
        (0, 19, false),
        (0, 20, true),
        (1000, 60, false),
        (1000, 80, true),
        (100_000, 3_300, false),
        (100_000, 3_600, true),
        // An hour of ten logins a second, and 22,000 or 24,000 guesses a day among them.
        (36_000, 360 + 22_000 / 24, false),
        (36_000, 360 + 24_000 / 24, true),
        (u32::MAX, 0, false),
    ] {
        assert_eq!(rules.is_spraying(Counted { correct, wrong }), is_spraying, "{correct} {wrong}");
    }
}

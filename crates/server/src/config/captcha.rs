//! What `[captcha]` says.

use super::{Limits, Problems, file::CaptchaSection, messages};
use crate::captcha::{
    Provider, Rules, When,
    picture::Kind,
    third_party::{Vendor, Who},
};

/// Checks `[captcha]`. In `--dev` nobody is asked unless the file says so.
pub(super) fn rules(
    section: &CaptchaSection,
    limits: &Limits,
    dev: bool,
    problems: &mut Problems,
) -> Option<Rules> {
    let mut when = |key: &str, word: Option<&str>, default| match word {
        None => default,
        Some("never") => When::Never,
        Some("risk") => When::Risk,
        Some("always") => When::Always,
        Some(_) => {
            problems.add(key, "must be never, risk or always");
            default
        }
    };
    let default = if dev { When::Never } else { When::Risk };
    let default = when("captcha.when", section.when.as_deref(), default);
    let when_sms = when("captcha.when_sms", section.when_sms.as_deref(), default);
    let mut number = |key: &str, written: Option<u32>, default, range: std::ops::RangeInclusive<u32>| {
        let number = written.unwrap_or(default);
        if !range.contains(&number) {
            problems.add(format!("captcha.{key}"), format!("must be {} to {}", range.start(), range.end()));
        }
        number
    };
    let difficulty = number("difficulty", section.difficulty, 16, 8..=24);
    let seconds = number("seconds", section.seconds, 180, 30..=600);
    let least_score = number("least_score", section.least_score, 50, 0..=100);
    let name = section.provider.as_deref().unwrap_or("proof_of_work");
    let vendor = Who::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, who)| who);
    let provider = match (name, vendor) {
        ("none", _) => return None,
        ("proof_of_work", _) => Provider::ProofOfWork,
        ("image", _) => Provider::Picture(Kind::Code),
        ("math", _) => Provider::Picture(Kind::Math),
        (_, Some(who)) => Provider::ThirdParty(third_party(section, who, least_score, problems)?),
        _ => {
            let names = Who::ALL.map(|(name, _)| name).join(", ");
            problems.add("captcha.provider", format!("must be proof_of_work, image, math, {names} or none"));
            return None;
        }
    };
    let is_own = !matches!(provider, Provider::ThirdParty(_));
    for (key, is_set) in [("captcha.fail_open", section.fail_open), ("captcha.bypass", section.bypass)] {
        if is_own && is_set {
            problems.add(key, "is about third parties, and captcha.provider is none");
        }
    }
    Some(Rules {
        when: default,
        when_sms,
        // Who does not want addresses limited does not want them suspected either.
        quiet_starts: section.quiet_starts.or(limits.starts_per_ip.map(|most| most.div_ceil(2))),
        quiet_failures: section.quiet_failures.or(limits.failures_per_ip.map(|most| most.div_ceil(10))),
        provider,
        alternative: section.alternative,
        difficulty,
        seconds,
        fail_open: section.fail_open,
        bypass: section.bypass,
    })
}

fn third_party(
    section: &CaptchaSection,
    who: Who,
    least_score: u32,
    problems: &mut Problems,
) -> Option<Vendor> {
    let site_key = section.site_key.clone().filter(|key| {
        (1..=512).contains(&key.len()) && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    });
    if site_key.is_none() {
        problems.add("captcha.site_key", "is missing, or no site key: letters, digits, -, _ and .");
    }
    let (inline, path) = (section.secret.as_deref(), section.secret_file.as_deref());
    let secret = messages::secret("captcha.secret", inline, path, problems);
    let verify_url = if let Some(url) = section.verify_url.as_deref().or(who.verify_url()) {
        messages::provider_url("captcha.verify_url", url, problems)
    } else {
        problems.add("captcha.verify_url", "is missing: this provider has an address for each customer");
        None
    };
    let is_host = |host: &String| {
        (1..=63).contains(&host.len()) && host.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let subdomain = section.client_subdomain.clone().filter(is_host);
    if who == Who::Arkose && subdomain.is_none() {
        problems.add("captcha.client_subdomain", "is missing: the host of Arkose's script, like client-api");
    }
    Some(Vendor {
        who,
        site_key: site_key?,
        secret: secret?,
        verify_url: verify_url?,
        subdomain,
        least_score,
    })
}

//! Everything that may happen, and how often it does.

use latch_flow::{HttpFailure, captcha::CaptchaFault, home::Hint, id_token::TokenFault};
use latch_protocol::{
    captcha::ChallengeResponse,
    error::{ErrorBody, code, description},
    passwordless::StartResponse,
    stored::{Challenge, Remembered},
};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::answers::{self, NOW};

/// Something that happens, after the clock has moved by so many milliseconds.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) clock: i64,
    pub(crate) what: What,
}

#[derive(Clone, Debug)]
pub(crate) enum What {
    /// What is under way goes well.
    GoesWell,
    Started(Option<Kept>, Option<Challenge>, Option<Remembered>),
    Types(String),
    PlanLoaded,
    Hints(Hint, String),
    ChangesField,
    Submits(String),
    Enters(Typed),
    Presses(Typed),
    Resends,
    ChangesAddress,
    SignsOut,
    Resets,
    Replied(Which, Result<Answer, HttpFailure>),
    Checked(Which, Result<Claim, TokenFault>),
    Captcha(Which, Result<String, CaptchaFault>),
    SubmitsCaptcha(String),
    WantsAnotherCaptcha,
    WantsTheBrowserToWork,
    Woke,
    OtherTab(Option<Kept>),
    GoesOn,
    IsSomebodyElse,
    Forgets,
    OtherTabRemembers(Option<Remembered>),
}

/// The request under way, or one of so long ago.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Which {
    Current,
    Earlier(u32),
    Never,
}

#[derive(Clone, Debug)]
pub(crate) enum Answer {
    Sent(StartResponse),
    Tokens { id: bool, refresh: bool, expires_in: u32 },
    Keys,
    Revoked,
    Challenge(ChallengeResponse),
}

/// Claims that hold, or one thing wrong with them.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Claim {
    Holds,
    OtherIssuer,
    OtherAudience,
    Expired,
    OtherAccessToken,
}

/// Codes come with the length that is asked for; the number tells them apart.
#[derive(Clone, Debug)]
pub(crate) enum Typed {
    Code(usize),
    Text(String),
}

/// A session in storage that is good for so long from now.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) good_for: i64,
    pub(crate) refresh: bool,
}

/// Digits that no time, wait or count in these tests has.
pub(crate) const CODES: [&str; 4] = ["739182739182", "641937641937", "582764582764", "917346917346"];

/// Everything that may happen, most often what makes sense.
pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    // The first thing that happens is that the element comes on the page.
    let first = (clock(), started()).prop_map(|(clock, what)| Step { clock, what });
    let step = (clock(), what()).prop_map(|(clock, what)| Step { clock, what });
    (first, vec(step, 0..40)).prop_map(|(first, rest)| [vec![first], rest].concat())
}

fn clock() -> impl Strategy<Value = i64> {
    const DAY: i64 = 24 * 3600 * 1000;
    prop_oneof![
        8 => select(vec![0, 1, 999, 1000, 5000]),
        3 => select(vec![29_999, 30_000, 179_999, 180_000, 600_000, 3_600_000]),
        1 => select(vec![-1, -1000, -30_000, -DAY, DAY, 400 * DAY, i64::MIN, i64::MAX]),
    ]
}

fn started() -> impl Strategy<Value = What> {
    (
        proptest::option::weighted(0.1, kept()),
        proptest::option::weighted(0.5, challenge()),
        proptest::option::weighted(0.5, remembered()),
    )
        .prop_map(|(session, challenge, remembered)| What::Started(session, challenge, remembered))
}

fn what() -> impl Strategy<Value = What> {
    prop_oneof![
        8 => Just(What::GoesWell),
        4 => select(vec!["ada@example.com", "bob@example.org", "ada@gmial.com", "nobody", ""])
            .prop_map(|text| What::Submits(text.into())),
        2 => select(vec!["ada@gmial.com", "bob@example.con", "412 34 567", "+1", "415 555 0132", "a", ""]).prop_map(|text| What::Types(text.into())),
        1 => Just(What::PlanLoaded),
        1 => (select(vec![Hint::Device, Hint::Server, Hint::User]), select(vec!["NO", "US", "ZZ"]))
            .prop_map(|(hint, region)| What::Hints(hint, region.into())),
        1 => Just(What::ChangesField),
        5 => typed().prop_map(What::Enters),
        5 => typed().prop_map(What::Presses),
        4 => Just(What::Resends),
        1 => Just(What::ChangesAddress),
        2 => Just(What::SignsOut),
        1 => Just(What::Resets),
        4 => (which(), answer()).prop_map(|(which, answer)| What::Replied(which, Ok(answer))),
        8 => (which(), failure()).prop_map(|(which, failure)| What::Replied(which, Err(failure))),
        2 => (which(), claim()).prop_map(|(which, claim)| What::Checked(which, Ok(claim))),
        2 => (which(), select(vec![TokenFault::Signature, TokenFault::Key, TokenFault::Insecure]))
            .prop_map(|(which, fault)| What::Checked(which, Err(fault))),
        4 => (which(), captcha()).prop_map(|(which, outcome)| What::Captcha(which, outcome)),
        3 => select(vec!["", "K4R9"]).prop_map(|text| What::SubmitsCaptcha(text.into())),
        1 => Just(What::WantsAnotherCaptcha),
        1 => Just(What::WantsTheBrowserToWork),
        3 => Just(What::Woke),
        1 => proptest::option::of(kept()).prop_map(What::OtherTab),
        4 => Just(What::GoesOn),
        1 => Just(What::IsSomebodyElse),
        1 => Just(What::Forgets),
        1 => proptest::option::of(remembered()).prop_map(What::OtherTabRemembers),
        1 => started(),
    ]
}

fn which() -> impl Strategy<Value = Which> {
    prop_oneof![
        6 => Just(Which::Current),
        2 => (0..4_u32).prop_map(Which::Earlier),
        1 => Just(Which::Never),
    ]
}

fn typed() -> impl Strategy<Value = Typed> {
    prop_oneof![
        5 => (0..CODES.len()).prop_map(Typed::Code),
        1 => select(vec!["", "1", "12345", "no digits", "Your code: 639 172!"])
            .prop_map(|text| Typed::Text(text.into())),
        1 => any::<String>().prop_map(Typed::Text),
    ]
}

fn number() -> impl Strategy<Value = u32> {
    select(vec![0, 1, 4, 6, 8, 12, 30, 180, 86_400, u32::MAX - 1, u32::MAX])
}

fn answer() -> impl Strategy<Value = Answer> {
    let maybe = || proptest::option::of(number());
    prop_oneof![
        3 => (maybe(), maybe(), maybe(), maybe()).prop_map(|(code_length, expires_in, resend_in, tries)| {
            Answer::Sent(StartResponse {
                code_length, expires_in, resend_in, tries, ..StartResponse::default()
            })
        }),
        3 => (any::<bool>(), any::<bool>(), number())
            .prop_map(|(id, refresh, expires_in)| Answer::Tokens { id, refresh, expires_in }),
        2 => Just(Answer::Keys),
        1 => Just(Answer::Revoked),
        4 => select(captchas()).prop_map(Answer::Challenge),
    ]
}

fn failure() -> impl Strategy<Value = HttpFailure> {
    let error = select(vec![
        code::INVALID_GRANT,
        code::TOO_MANY_REQUESTS,
        code::BAD_EMAIL,
        code::UNAUTHORIZED,
        code::UNAUTHORIZED_CLIENT,
        code::SERVER_ERROR,
        code::INVALID_CAPTCHA,
        "",
        "unheard_of",
    ]);
    let sentence = select(vec![
        description::WRONG_EMAIL_CODE,
        description::WRONG_EMAIL_CODE,
        description::CODE_EXPIRED,
        description::CODE_ATTEMPTS,
        description::USER_BLOCKED,
        "",
    ]);
    let refused = (select(vec![400, 401, 403, 429, 500]), error, sentence, proptest::option::of(number()));
    prop_oneof![
        3 => Just(HttpFailure::Refused {
            status: 400,
            body: ErrorBody::new(code::INVALID_CAPTCHA, ""),
            retry_after: None,
        }),
        1 => Just(HttpFailure::Offline),
        1 => Just(HttpFailure::Timeout),
        1 => Just(HttpFailure::Unreachable),
        // The page stopped it.
        1 => Just(HttpFailure::Refused { status: 0, body: ErrorBody::default(), retry_after: None }),
        1 => select(vec![200, 404, 502]).prop_map(|status| HttpFailure::Unreadable { status }),
        3 => Just(HttpFailure::Refused {
            status: 403,
            body: ErrorBody::new(code::INVALID_GRANT, description::WRONG_EMAIL_CODE),
            retry_after: None,
        }),
        3 => refused.prop_map(|(status, error, sentence, retry_after)| {
            HttpFailure::Refused { status, body: ErrorBody::new(error, sentence), retry_after }
        }),
    ]
}

/// Everything that a server may give.
fn captchas() -> Vec<ChallengeResponse> {
    let unknown = ChallengeResponse { provider: Some("riddle".into()), ..answers::third_party() };
    vec![
        ChallengeResponse::default(),
        answers::puzzle(),
        answers::picture("code"),
        answers::with_alternative(answers::picture("math")),
        answers::third_party(),
        answers::with_alternative(answers::third_party()),
        unknown,
    ]
}

fn captcha() -> impl Strategy<Value = Result<String, CaptchaFault>> {
    select(vec![Ok("solved".to_owned()), Err(CaptchaFault::NotLoaded), Err(CaptchaFault::Failed)])
}

fn claim() -> impl Strategy<Value = Claim> {
    select(vec![
        Claim::Holds,
        Claim::OtherIssuer,
        Claim::OtherAudience,
        Claim::Expired,
        Claim::OtherAccessToken,
    ])
}

fn kept() -> impl Strategy<Value = Kept> {
    (select(vec![i64::MIN, -1, 0, 1, 3_600_000, i64::MAX]), any::<bool>())
        .prop_map(|(good_for, refresh)| Kept { good_for, refresh })
}

fn remembered() -> impl Strategy<Value = Remembered> {
    let identifier = select(vec!["ada@example.com", "+4741234567", "nobody", ""]);
    (select(vec!["email", "sms", "google"]), identifier, select(vec![0, NOW - 1, NOW, u64::MAX])).prop_map(
        |(connection, identifier, signed_in_at)| Remembered {
            connection: connection.into(),
            identifier: identifier.into(),
            signed_in_at,
        },
    )
}

/// Sound, unsound, and everything in between.
fn challenge() -> impl Strategy<Value = Challenge> {
    let time = || select(vec![0, NOW - 1, NOW, NOW + 30_000, NOW + 180_000, NOW + 4_000_000, u64::MAX]);
    (time(), time(), number(), number(), number(), number(), number()).prop_map(
        |(expires_at, resend_at, lifetime, code_length, tries, failures, resends)| Challenge {
            connection: "email".into(),
            identifier: "ada@example.com".into(),
            expires_at,
            resend_at,
            lifetime,
            code_length,
            tries,
            failures,
            resends,
            sender: None,
            subject: None,
        },
    )
}

//! Every sentence that a user can see or hear: its name, its key in a dictionary, its English.
//!
//! A sentence has one `{placeholder}` at most, but for the one that names two things. Where it is a number, the
//! English has two forms with a `|` between them: for one, and for any other. What stands behind `full` is said
//! by the full edition alone.

use latch_flow::FULL;

/// What the basic edition need not carry.
macro_rules! carried {
    ($text:literal) => {
        $text
    };
    ($text:literal full) => {
        if FULL { $text } else { "" }
    };
}

macro_rules! texts {
    ($($name:ident $key:literal $english:literal $($edition:ident)?;)*) => {
        /// A sentence.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each is documented by its English")]
        pub enum Text { $($name),* }

        /// Key and English of each, in the order of the names.
        const TABLE: &[(&str, &str)] = &[$((carried!($key $($edition)?), carried!($english $($edition)?))),*];
    };
}

texts! {
    IdentifierHeading "identifierHeading" "Sign in";
    IdentifierLead "identifierLead" "No password. We’ll send you a one-time code.";
    EmailLabel "emailLabel" "Email";
    PhoneLabel "phoneLabel" "Phone number" full;
    IdentifierLabel "identifierLabel" "Email or phone number" full;
    Continue "continue" "Continue";
    Sending "sending" "Sending code";
    EmailCodeHeading "emailCodeHeading" "Check your email";
    PhoneCodeHeading "phoneCodeHeading" "Check your phone" full;
    CodeLead "codeLead" "Enter the code we sent to {destination}";
    CodeLabel "codeLabel" "{length}-digit code";
    CodeAdvice "codeAdvice" "It is checked as soon as it is complete.";
    CodeValid "codeValid" "Valid for {minutes} minute|Valid for {minutes} minutes";
    Verify "verify" "Verify";
    Verifying "verifying" "Checking code";
    Resend "resend" "Send a new code";
    ResendIn "resendIn" "Send a new code in {time}";
    Resent "resent" "New code sent. Only the newest one works.";
    ChangeEmail "changeEmail" "Use another address";
    ChangePhone "changePhone" "Use another number" full;
    DidYouMean "didYouMean" "Did you mean {address}?";
    TermsNotice "termsNotice" "By continuing you agree to the {documents}." full;
    TermsAccept "termsAccept" "I agree to the {documents}." full;
    TermsLink "termsLink" "Terms" full;
    PrivacyLink "privacyLink" "Privacy policy" full;
    TermsMissing "termsMissing" "Agree to the terms to continue." full;
    ContinueWith "continueWith" "Continue with {name}" full;
    Or "or" "or" full;
    Declined "declined" "Sign-in wasn’t completed. Try again." full;
    ContinueAs "continueAs" "Continue as {identity}" full;
    Forget "forget" "Forget {identity}" full;
    Forgotten "forgotten" "This browser no longer remembers {identity}." full;
    CodeExpired "codeExpired" "That code has expired. You can have a new one sent.";
    CodeExpiresSoon "codeExpiresSoon" "The code expires in {seconds} seconds." full;
    CodeOutOfTries "codeOutOfTries" "Too many tries: that code no longer works. Have a new one sent.";
    TryAgain "tryAgain" "Try again";
    AuthenticatedHeading "authenticatedHeading" "You’re signed in";
    SignOut "signOut" "Sign out";
    SigningOut "signingOut" "Signing out";
    FailureHeading "failureHeading" "Sign-in isn’t set up";
    FailureLead "failureLead" "This page can’t show its sign-in form. Please tell its owner.";
    CodeSent "codeSent" "Code sent to {destination}.";
    CodeResent "codeResent" "New code sent to {destination}. Only the newest one works.";
    LinkIdentifierLead "linkIdentifierLead" "No password. We’ll send you a link." full;
    LinkLead "linkLead" "Press the button in the email we sent to {destination}" full;
    BothLead "bothLead" "Press the button in the email, or enter the code, that we sent to {destination}" full;
    LinkHint "linkHint" "Open it in this browser: it signs you in here." full;
    SendingLink "sendingLink" "Sending link" full;
    ResendLink "resendLink" "Send a new link" full;
    ResendLinkIn "resendLinkIn" "Send a new link in {time}" full;
    LinkSent "linkSent" "Link sent to {destination}." full;
    LinkResent "linkResent" "New link sent. Only the newest one works." full;
    LinkExpired "linkExpired" "That link has expired. You can have a new one sent." full;
    LinkElsewhere "linkElsewhere" "That link was opened in another browser. Have a new one sent, and open it in this one." full;
    LinkRefused "linkRefused" "That link no longer works. Have a new one sent." full;
    ReturningHeading "returningHeading" "Signing you in" full;
    OpenMailbox "openMailbox" "Open {provider}";
    SpamHint "spamHint" "Nothing there yet? Look in your spam folder for a message from {sender}." full;
    SpamHintSubject "spamHintSubject" "Nothing there yet? Look in your spam folder for a message from {sender} with the subject “{subject}”." full;
    SpamHintAny "spamHintAny" "Nothing there yet? Look in your spam folder, too." full;
    PasteCode "pasteCode" "Paste code" full;
    PasteEmpty "pasteEmpty" "There is no code in your clipboard." full;
    PasteRefused "pasteRefused" "Your clipboard couldn’t be read. Paste the code into the field yourself." full;
    MailboxOnPhone "mailboxOnPhone" "Open the mailbox on your phone" full;
    MailboxScan "mailboxScan" "Scan this with your phone’s camera." full;
    SignedIn "signedIn" "Signed in as {destination}.";
    EmailMissing "emailMissing" "Enter your email address.";
    EmailInvalid "emailInvalid" "Enter an email address like name@example.com.";
    EmailRefused "emailRefused" "We can’t send to this address. Check it, or use another one.";
    PhoneMissing "phoneMissing" "Enter your phone number." full;
    PhoneInvalid "phoneInvalid" "Enter a phone number like +47 412 34 567." full;
    PhoneNeedsCountry "phoneNeedsCountry" "Start with + and your country’s code, as in +47 412 34 567." full;
    PhoneRefused "phoneRefused" "We can’t send to this number. Check it, or use another one." full;
    PhoneTooShort "phoneTooShort" "That number is too short. Check its digits." full;
    PhoneTooLong "phoneTooLong" "That number is too long. Check its digits." full;
    Region "region" "Country: {country}" full;
    Regions "regions" "Countries and regions" full;
    RegionSearch "regionSearch" "Search country or code" full;
    RegionNone "regionNone" "No country matches." full;
    UsePhone "usePhone" "Use your phone" full;
    UseEmail "useEmail" "Use your email" full;
    IdentifierMissing "identifierMissing" "Enter your email address or phone number." full;
    IdentifierInvalid "identifierInvalid" "Enter an email address, or a phone number like +47 412 34 567." full;
    CodeIncomplete "codeIncomplete" "Enter all {length} digits.";
    CodeWrong "codeWrong" "That code isn’t right.";
    CodeWrongLeft "codeWrongLeft" "That code isn’t right. {left} try left.|That code isn’t right. {left} tries left.";
    CodeMaybeUsed "codeMaybeUsed" "That code may be used up. Have a new one sent.";
    RateLimited "rateLimited" "Too many requests. Wait a little, then try again.";
    RateLimitedSeconds "rateLimitedSeconds" "Too many requests. Try again in {wait} second.|Too many requests. Try again in {wait} seconds.";
    RateLimitedMinutes "rateLimitedMinutes" "Too many requests. Try again in {wait} minute.|Too many requests. Try again in {wait} minutes.";
    CaptchaHeading "captchaHeading" "One more check" full;
    CaptchaLead "captchaLead" "Before we send a code to {destination}" full;
    CaptchaPicture "captchaPicture" "Characters in the picture" full;
    CaptchaSum "captchaSum" "Result of the calculation" full;
    CaptchaRefresh "captchaRefresh" "Show another picture" full;
    CaptchaAlternative "captchaAlternative" "Check my browser instead" full;
    CaptchaChecking "captchaChecking" "Checking your browser" full;
    CaptchaMissing "captchaMissing" "Enter what the picture asks for." full;
    CaptchaWrong "captchaWrong" "That wasn’t right. Try this one." full;
    CaptchaNotLoaded "captchaNotLoaded" "The check didn’t load. A content blocker may be in its way. Try again." full;
    CaptchaFailed "captchaFailed" "The check didn’t work. Try again in a moment." full;
    SignupDisabled "signupDisabled" "There’s no account for this, and new ones can’t be created here.";
    NotSent "notSent" "We couldn’t send the message. Try again in a moment." full;
    Blocked "blocked" "This account is blocked. Please contact support.";
    Denied "denied" "You can’t sign in here. If that’s a mistake, please contact support." full;
    MfaRequired "mfaRequired" "This account needs a second step that isn’t available here. Please contact support." full;
    Offline "offline" "You’re offline. Check your connection, then try again.";
    Timeout "timeout" "The server didn’t answer in time. Try again.";
    Unreachable "unreachable" "We can’t reach the server. Try again in a moment.";
    ServerFault "serverFault" "Something went wrong on our side. Try again in a moment.";
    Unreadable "unreadable" "We couldn’t read the server’s answer. Try again in a moment.";
    NotAllowed "notAllowed" "Sign-in isn’t set up for this page. Please tell its owner.";
    TokenRejected "tokenRejected" "We couldn’t confirm the sign-in. Have a new code sent.";
}

impl Text {
    /// Its name in the files of `public/i18n`, and in a page's own dictionary.
    pub const fn key(self) -> &'static str {
        TABLE[self as usize].0
    }

    /// Its English: both forms, where it has two.
    pub const fn english(self) -> &'static str {
        TABLE[self as usize].1
    }
}

#[cfg(test)]
pub(super) fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLE.iter().copied()
}

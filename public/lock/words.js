// Lock's `languageDictionary`, in the words of <latch-login>.

/** What stands between two tags, as a reader sees it. The result is text, and never HTML again. */
const entities = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
  hellip: "…",
  ndash: "–",
  mdash: "—",
};
export const text = (html) =>
  html
    .replace(/<br\s*\/?>/gi, " ")
    .replace(/<(script|style)\b[^]*?<\/\1\s*>/gi, "")
    .replace(/<[/a-z!][^>]*>/gi, "")
    .replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (whole, decimal, hexadecimal, name) => {
      if (name) return entities[name.toLowerCase()] ?? whole;
      const point = decimal ? Number(decimal) : Number.parseInt(hexadecimal, 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    })
    .replace(/\s+/g, " ")
    .trim();

const LINK = /<a\s[^>]*?href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))[^>]*>([^]*?)<\/a\s*>/gi;

/** A link's address, where it is one that a browser can open without running anything. */
const safe = (href) => {
  const url = URL.canParse(href, document.baseURI) ? new URL(href, document.baseURI) : undefined;
  return url && /^https?:$/.test(url.protocol) ? url.href : undefined;
};

/**
 * What Lock says of the terms, for the element: `urls` of the first two links, and `words`. The element says in its own
 * way that there are two documents, in the place of all from the first link to the second.
 */
export const terms = (html) => {
  const links = [...html.matchAll(LINK)]
    .map(({ 0: whole, 1: one, 2: two, 3: three, 4: name, index }) => ({
      url: safe(text(one ?? two ?? three)),
      name: text(name),
      from: index,
      to: index + whole.length,
    }))
    .filter(({ url, name }) => url && name)
    .slice(0, 2);
  const [first, second] = links;
  const sentence = text(
    first ? `${html.slice(0, first.from)}{documents}${html.slice((second ?? first).to)}` : html,
  );
  const words = { termsNotice: sentence, termsAccept: sentence, termsLink: first?.name, privacyLink: second?.name };
  return {
    urls: links.map(({ url }) => url),
    words: Object.fromEntries(Object.entries(words).filter(([, word]) => word)),
  };
};

/** Lock's one placeholder, as ours: `%s` and `%d`. */
const filled = (sentence, name) =>
  sentence
    .replace(/%[sdj]/, `{${name}}`)
    .replace(/%[sdj]/g, "")
    .trim();

/** What is wrong with a number. */
const PHONE = ["phoneInvalid", "phoneNeedsCountry", "phoneTooShort", "phoneTooLong"];

/**
 * Ours for Lock's: which keys a sentence goes to. The later of two for one key wins; a key with `?` goes only
 * where that is what the login takes.
 */
const KEYS = [
  ["title", "identifierHeading"],
  ["emailInputPlaceholder", "emailLabel"],
  ["phoneNumberInputPlaceholder", "phoneLabel"],
  ["captchaCodeInputPlaceholder", "captchaPicture"],
  ["captchaMathInputPlaceholder", "captchaSum"],
  ["signUpWithLabel", "continueWith"],
  ["codeInputPlaceholder", "codeLabel"],
  ["submitLabel", "continue", "verify"],
  ["passwordlessEmailInstructions", "identifierLead?email", "linkIdentifierLead?email"],
  [
    "passwordlessEmailAlternativeInstructions",
    "identifierLead?email+buttons",
    "linkIdentifierLead?email+buttons",
  ],
  ["passwordlessSMSInstructions", "identifierLead?sms"],
  ["passwordlessSMSAlternativeInstructions", "identifierLead?sms+buttons"],
  ["passwordlessEmailCodeInstructions", "codeLead?email"],
  ["passwordlessSMSCodeInstructions", "codeLead?sms"],
  ["resendLabel", "resend", "resendIn", "resendLink", "resendLinkIn"],
  ["resendCodeAction", "resend", "resendIn"],
  ["sentLabel", "resent", "linkResent"],
  ["retryLabel", "tryAgain"],
  ["unrecoverableError", "failureLead"],
  ["success.magicLink", "linkLead"],
  ["success.logIn", "authenticatedHeading"],
  ["blankEmailErrorHint", "emailMissing"],
  ["blankCaptchaErrorHint", "captchaMissing"],
  ["blankErrorHint", "emailMissing", "phoneMissing", "identifierMissing", "captchaMissing"],
  ["invalidEmailErrorHint", "emailInvalid"],
  ["phoneNumberInputInvalidHint", ...PHONE],
  ["invalidErrorHint", "emailInvalid", "identifierInvalid", ...PHONE],
  ["error.login.invalid_captcha", "captchaWrong"],
  ["error.login.invalid_recaptcha", "captchaFailed"],
  ["error.login.lock.fallback", "serverFault", "unreadable"],
  ["error.login.lock.network", "unreachable", "offline", "timeout"],
  ["error.login.lock.unauthorized", "notAllowed", "declined"],
  ["error.login.blocked_user", "blocked"],
  ["error.login.lock.invalid_code", "codeWrong", "codeWrongLeft"],
  ["error.login.invalid_user_password", "codeWrong", "codeWrongLeft"],
  ["error.login.session_missing", "tokenRejected"],
  ["error.login.too_many_requests", "rateLimited", "rateLimitedSeconds", "rateLimitedMinutes"],
  ["error.login.too_many_attempts", "codeOutOfTries"],
  ["error.passwordless.lock.fallback", "serverFault", "unreadable"],
  ["error.passwordless.lock.network", "unreachable", "offline", "timeout"],
  ["error.passwordless.lock.unauthorized", "notAllowed"],
  ["error.passwordless.blocked_user", "blocked"],
  ["error.passwordless.access_denied", "codeWrong", "codeWrongLeft"],
  ["error.passwordless.invalid_user_password", "codeWrong", "codeWrongLeft"],
  ["error.passwordless.invalid_captcha", "captchaWrong"],
  ["error.passwordless.invalid_recaptcha", "captchaFailed"],
  ["error.passwordless.bad.email", "emailRefused"],
  ["error.passwordless.bad.phone_number", "phoneRefused"],
  ["error.passwordless.sms_provider_error", "phoneRefused"],
  ["error.passwordless.too_many_requests", "rateLimited", "rateLimitedSeconds", "rateLimitedMinutes"],
  ["error.passwordless.too_many_attempts", "rateLimited", "rateLimitedSeconds", "rateLimitedMinutes"],
];

/** `error.passwordless.bad.email`: the first names are objects, and the last is what is left. */
export const read = (dictionary, path) => {
  const parts = path.split(".");
  let place = dictionary;
  for (let depth = 0; place !== null && typeof place === "object"; depth += 1) {
    const rest = parts.slice(depth).join(".");
    if (typeof place[rest] === "string") return place[rest];
    place = place[parts[depth]];
  }
  return "";
};

/** What is only an example of what to enter is no name for a field. */
const isExample = (key, sentence) =>
  (key === "emailLabel" && sentence.includes("@")) || (key === "phoneLabel" && /\d/.test(sentence));

/** The words for <latch-login> that a Lock dictionary has. `takes` says what the login takes: `email`, `sms`, `buttons`. */
export const ours = (dictionary, takes) => {
  const words = {};
  for (const [path, ...keys] of KEYS) {
    const sentence = text(read(dictionary, path));
    if (!sentence) continue;
    for (const target of keys) {
      const [key, needs = ""] = target.split("?");
      // With email and SMS in one field, a sentence about one of them would be wrong for the other.
      const isMeant = needs.split("+").every((need) => !need || takes[need]);
      if (!isMeant || (needs && takes.email && takes.sms) || isExample(key, sentence)) continue;
      words[key] = ["resendIn", "resendLinkIn"].includes(key)
        ? `${sentence} ({time})`
        : filled(sentence, key === "continueWith" ? "name" : "destination");
    }
  }
  return words;
};

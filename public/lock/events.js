// Lock's events: which there are, and what those of failures carry.

/** Those that Lock knows, its classic form's among them: a page may listen to any. */
export const EVENTS = [
  ...["show", "hide", "unrecoverable_error", "authenticated", "authorization_error", "hash_parsed"],
  ...["signin ready", "signup ready", "socialOrPhoneNumber ready", "socialOrEmail ready", "vcode ready"],
  ...["forgot_password ready", "forgot_password submit", "signin submit", "signup submit", "signup success"],
  ...[
    "signup error",
    "socialOrPhoneNumber submit",
    "socialOrEmail submit",
    "vcode submit",
    "federated login",
  ],
  ...["ssodata fetched", "sso login"],
];

/** What cannot be recovered from: an error with a code, and with what it came of. */
export const coded = (message, code, origin) =>
  Object.assign(new Error(message), { code, ...(origin && { origin }) });

/** Why a rule of the tenant's, or the user, said no: Lock tells that by what is described. */
const unauthorized = (description) => {
  if (!description || description === "access_denied") return "lock.unauthorized";
  return description === "user is blocked" ? "blocked_user" : "rule_error";
};

/** Where somebody was refused Lock has names of its own, for codes and in windows; everything else has the server's. */
export const refusal = ({ error, error_description: description }, isOfSomebody) => {
  const same = (code) => ({ code, error: code, description });
  if (isOfSomebody && ["access_denied", "invalid_grant"].includes(error)) return same("invalid_user_password");
  if (isOfSomebody && error === "unauthorized") return same(unauthorized(description));
  if (error === "invalid_captcha") return { code: error, description };
  return { error, description };
};

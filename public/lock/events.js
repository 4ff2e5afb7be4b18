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

/** A code's refusal has Lock's name for it; everything else the server's. */
export const refusal = ({ error, error_description: description }, isVerifying) => {
  const same = (code) => ({ code, error: code, description });
  if (isVerifying && ["access_denied", "invalid_grant"].includes(error)) return same("invalid_user_password");
  if (isVerifying && error === "unauthorized")
    return same(/blocked/i.test(description ?? "") ? "blocked_user" : "lock.unauthorized");
  if (error === "invalid_captcha") return { code: error, description };
  return { error, description };
};

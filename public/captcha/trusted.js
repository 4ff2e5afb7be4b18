// Addresses of scripts, for pages that want them to be trusted types. The policy is called `latch`.

/** The third parties' hosts, and what this page made or brought itself. */
const known =
  /^(blob:|https:\/\/(www\.recaptcha\.net|js\.hcaptcha\.com|cdn\.jsdelivr\.net\/npm\/friendly-challenge@0\.9\.12|challenges\.cloudflare\.com|[a-z0-9-]+\.arkoselabs\.com)\/)/;

const check = (url) => {
  if (known.test(url) || url.startsWith(new URL(".", import.meta.url).href)) return url;
  throw new TypeError(`${url} is no script of a captcha`);
};

let policy;
/** An address that a script may be loaded from. Throws where the page allows no policy of ours. */
export const trusted = (url) => {
  policy ??= globalThis.trustedTypes?.createPolicy("latch", { createScriptURL: check }) ?? { createScriptURL: check };
  return policy.createScriptURL(url);
};

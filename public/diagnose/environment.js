// What the browser lets this page do: storage, frames, forms, locks.

const isFramed = () => globalThis.self !== globalThis.top;

/** Whether a storage keeps something. Asking for one may throw already. */
const keeps = (name) => {
  try {
    const storage = globalThis[name];
    const key = "latch.diagnosis";
    storage.setItem(key, "1");
    const kept = storage.getItem(key) === "1";
    storage.removeItem(key);
    return kept;
  } catch {
    return false;
  }
};

/** Whether a form that is submitted says so. A sandboxed frame without `allow-forms` drops it without a word. */
const submits = (element) => {
  const form = document.createElement("form");
  form.hidden = true;
  let heard = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    heard = true;
  });
  element.shadowRoot.append(form);
  form.requestSubmit();
  form.remove();
  return heard;
};

/** Whether a host can set cookies for another one's domain too: browsers know which endings belong to nobody. */
const sharesCookies = (domain) => {
  const name = "latch-diagnosis";
  const has = () => document.cookie.split("; ").includes(`${name}=1`);
  const set = (age) => {
    document.cookie = `${name}=1; domain=${domain}; max-age=${age}; samesite=lax`;
  };
  set(10);
  const isSet = has();
  set(0);
  return isSet;
};

/** Whether this page and a server are on the same site, as browsers see it that keep cookies from other sites. */
const isSameSite = (origin) => {
  const { hostname, protocol } = new URL(origin);
  if (protocol !== location.protocol) return false;
  if (hostname === location.hostname) return true;
  const [here, there] = [location.hostname, hostname].map((host) => host.split(".").reverse());
  const differs = here.findIndex((label, at) => label !== there[at]);
  const shared = here.slice(0, differs < 0 ? here.length : differs).reverse().join(".");
  return shared !== "" && sharesCookies(shared);
};

export const environment = (element, { origin, find }) => {
  const isSandboxed = globalThis.origin === "null";
  if (isSandboxed)
    find(
      "sandbox-origin",
      "error",
      "This page is in a sandboxed frame, where it has no origin that a server could allow, and no storage.",
      'Add allow-same-origin to the frame: <iframe sandbox="allow-scripts allow-forms allow-same-origin" …>, or leave sandbox out.',
    );
  if (!submits(element))
    find(
      "sandbox-forms",
      "error",
      "This page is in a sandboxed frame that may not submit forms: a press on the button does nothing.",
      'Add allow-forms to the frame: <iframe sandbox="allow-scripts allow-forms allow-same-origin" …>',
    );

  if (element.storage !== "memory" && !element.storageAdapter && !isSandboxed) {
    const blocked = ["localStorage", "sessionStorage"].filter((name) => !keeps(name));
    if (blocked.length)
      find(
        "storage-blocked",
        "warning",
        `${blocked.join(" and ")} cannot be used: blocked by the browser's settings, or full. People are signed out by a reload.`,
        "Allow cookies and site data for this page, or set element.storageAdapter to a storage of your own.",
      );
  }

  let isForeignFrame = isFramed();
  try {
    isForeignFrame &&= globalThis.top.location.origin !== location.origin;
  } catch {
    // Only another origin's frame does not tell.
  }
  if (isForeignFrame && !isSandboxed)
    find(
      "storage-partitioned",
      "info",
      "This page is in a frame of another origin, where browsers give it a storage of its own: who signs in here is signed in nowhere else.",
      "Show the login in a page of its own, or on the same site as the page around it.",
    );

  const needsCookies = [
    element.exchange === "cross-origin" && 'exchange="cross-origin"',
    element.responseMode === "web_message" && 'response-mode="web_message"',
  ].filter(Boolean);
  if (needsCookies.length && origin && !isSandboxed && (isForeignFrame || !isSameSite(origin)))
    find(
      "third-party-cookies",
      "warning",
      `${needsCookies.join(" and ")} needs cookies of ${origin}, which browsers keep from ${isForeignFrame ? "frames of other sites" : `pages of other sites, as ${location.origin} is one`}.`,
      `Set exchange="token" and leave out response-mode; or set exchange="redirect"${isForeignFrame ? "" : `; or serve the login from the page's own site, as login.${location.hostname}`}.`,
    );

  const rules = document.permissionsPolicy ?? document.featurePolicy;
  const wanted = ["otp-credentials", "publickey-credentials-get", "clipboard-read"];
  const missing = rules ? wanted.filter((name) => rules.features().includes(name) && !rules.allowsFeature(name)) : [];
  if (missing.length)
    find(
      "permissions-policy",
      "info",
      `This page may not use ${missing.join(", ")}: the browser cannot help with codes from messages, passkeys or the clipboard.`,
      isFramed()
        ? `Add allow="${missing.join("; ")}" to the <iframe> that this page is in.`
        : `Send the header Permissions-Policy: ${missing.map((name) => `${name}=(self)`).join(", ")}`,
    );

  if (!navigator.locks || !globalThis.BroadcastChannel)
    find(
      "tabs",
      "info",
      `This browser or page has no ${navigator.locks ? "BroadcastChannel" : "Web Locks"}: tabs cannot agree on who asks for new tokens.`,
      "Serve the page by https, to a browser of 2022 or later.",
    );
};

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

export const environment = (element, { find }) => {
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

  if (isFramed()) {
    let isCrossSite = true;
    try {
      isCrossSite = globalThis.top.location.origin !== location.origin;
    } catch {
      // Only another origin's frame does not tell.
    }
    if (isCrossSite && !isSandboxed) {
      find(
        "storage-partitioned",
        "info",
        "This page is in a frame of another origin, where browsers give it a storage of its own: who signs in here is signed in nowhere else.",
        "Show the login in a page of its own, or on the same site as the page around it.",
      );
      if (element.exchange === "cross-origin" || element.responseMode === "web_message")
        find(
          "third-party-cookies",
          "warning",
          "The exchange that was chosen needs the login server's cookies, which browsers keep from frames of other sites.",
          'Set exchange="token", or exchange="redirect".',
        );
    }
  }

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

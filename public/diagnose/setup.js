// How the element was put on the page: its attributes, its script, its words.

/** The origin that a `domain` means, as the login itself reads it. */
export const originOf = (domain) => {
  const written = domain.trim();
  try {
    const url = new URL(/^https?:\/\//.test(written) ? written : `https://${written}`);
    return written && url.pathname === "/" && !url.search && !url.hash && !url.username ? url.origin : undefined;
  } catch {
    return undefined;
  }
};

/** Where the page takes the element's script from. */
const scripts = () => {
  const addresses = [
    ...[...document.scripts].map(({ src }) => src),
    ...performance.getEntriesByType("resource").map(({ name }) => name),
  ];
  return [...new Set(addresses.filter((address) => /\/latch\.js([?#]|$)/.test(address)))];
};

export const setup = (element, { base, spoken, find }) => {
  const origin = originOf(element.domain);
  if (!element.domain.trim())
    find("domain-missing", "error", "The element has no domain.", 'Set domain="login.example.com": the host of your login server.');
  else if (!origin)
    find(
      "domain-invalid",
      "error",
      `domain="${element.domain}" is neither a host nor an origin.`,
      "Set domain to a host such as login.example.com, or to an origin such as https://login.example.com.",
    );
  if (!element.clientId.trim())
    find("client-id-missing", "error", "The element has no client id.", 'Set client-id="…" to the id of your application.');

  if (!isSecureContext || !globalThis.crypto?.subtle)
    find(
      "insecure-context",
      "error",
      `${location.origin} is no secure context, so that the browser has no WebCrypto: no ID token can be checked.`,
      "Serve the page by https. While developing, http://localhost will do.",
    );
  if (location.protocol === "https:" && origin?.startsWith("http:") && !/^http:\/\/(localhost|127\.|\[::1\])/.test(origin))
    find(
      "mixed-content",
      "error",
      `This page came by https; browsers block its requests to ${origin}.`,
      `Set domain="${origin.replace("http:", "https:")}", and serve the login by https.`,
    );

  const found = scripts();
  if (found.length > 1)
    find(
      "loaded-twice",
      "warning",
      `The element's script is on this page more than once: ${found.join(", ")}. The first one defines the element; the others only cost time, and may be of another version.`,
      `Keep one script: <script type="module" src="${base.href}latch.js"></script>`,
    );

  const lang = element.lang || element.closest("[lang]")?.lang || "";
  if (lang && spoken(lang) === "en" && !/^en\b/i.test(lang))
    find(
      "language",
      "warning",
      `There are no words for lang="${lang}": English is shown.`,
      'Set lang on the element to a language that there is a file for, or give it words of your own: element.dictionary = { identifierHeading: "…" }.',
    );
  return { origin };
};

// What the page's content security policy lets through, by trying what a login does.

/** The smallest module that there is: eight bytes of header. */
const NOTHING = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

/** The violations that come while something is tried. */
const violations = async (attempt) => {
  const heard = [];
  const listener = (event) => heard.push(event);
  document.addEventListener("securitypolicyviolation", listener);
  await attempt().catch(() => {});
  // They are told of in a task of their own.
  await new Promise((done) => setTimeout(done, 50));
  document.removeEventListener("securitypolicyviolation", listener);
  return heard;
};

/** Whether an image is blocked, and whether it is there. */
const look = async (address) => {
  const image = new Image();
  image.referrerPolicy = "no-referrer";
  const load = (done, fail) => Object.assign(image, { onload: done, onerror: fail, src: address });
  const heard = await violations(() => new Promise(load));
  return { isBlocked: heard.some(isAbout("img-src")), isThere: image.naturalWidth > 0 };
};

const isAbout = (directive) => (event) => event.effectiveDirective.startsWith(directive);

/** Finds what is blocked; tells whether requests to the server are. */
export const policy = async (element, { origin, base, find }) => {
  try {
    new WebAssembly.Module(NOTHING);
  } catch {
    find(
      "csp-wasm",
      "error",
      "The page's content security policy does not allow WebAssembly: the form stays without its program.",
      `Add to the page's header: Content-Security-Policy: script-src ${base.origin} 'wasm-unsafe-eval'`,
    );
  }

  // What the login fetches, as it does.
  const script = await violations(() => import(new URL("widget.js", base).href));
  // What was said of WebAssembly may still come in.
  if (script.some((event) => isAbout("script-src")(event) && event.blockedURI !== "wasm-eval"))
    find(
      "csp-script",
      "error",
      `The page's content security policy does not allow scripts of ${base.origin}.`,
      `Add to the page's header: Content-Security-Policy: script-src ${base.origin} 'wasm-unsafe-eval'`,
    );
  const places = [...new Set([base.origin, origin ?? base.origin])];
  const addresses = { [base.origin]: new URL("latch.css", base).href };
  if (origin && origin !== base.origin) addresses[origin] = `${origin}/.well-known/openid-configuration`;
  let isServerBlocked = false;
  for (const [place, address] of Object.entries(addresses)) {
    const heard = await violations(() => fetch(address, { cache: "no-store" }));
    if (!heard.some(isAbout("connect-src"))) continue;
    isServerBlocked ||= place === origin;
    find(
      "csp-connect",
      "error",
      `The page's content security policy does not allow requests to ${place}.`,
      `Add to the page's header: Content-Security-Policy: connect-src ${places.join(" ")}`,
    );
  }
  if (element.logo) {
    const { isBlocked, isThere } = await look(element.logo);
    const { origin: place } = new URL(element.logo, location.href);
    if (isBlocked)
      find(
        "csp-image",
        "warning",
        `The page's content security policy does not allow the logo, ${element.logo}.`,
        `Add to the page's header: Content-Security-Policy: img-src ${place}`,
      );
    else if (!isThere)
      find("logo", "warning", `There is no image at logo="${element.logo}".`, "Set logo to the address of an image.");
  }
  // Whether there is a picture of nobody is not what is asked.
  if (element.avatar === "gravatar" && (await look("https://gravatar.com/avatar/?d=404")).isBlocked)
    find(
      "csp-avatar",
      "warning",
      "The page's content security policy does not allow pictures of Gravatar's: nobody is shown.",
      "Add to the page's header: Content-Security-Policy: img-src https://gravatar.com",
    );
  return isServerBlocked;
};

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
  const signs = signsOf(element, base);
  for (const address of signs) {
    if (!(await look(address)).isBlocked) continue;
    const places = [...new Set(signs.map((sign) => new URL(sign).origin))];
    find(
      "csp-icons",
      "warning",
      `The page's content security policy does not allow the signs of other connections, ${address}.`,
      `Add to the page's header: Content-Security-Policy: img-src ${places.join(" ")}`,
    );
  }
  if (origin && element.responseMode === "web_message" && (await violations(() => frame(origin))).some(isAbout("frame-src")))
    find(
      "csp-frame",
      "error",
      `The page's content security policy does not allow frames of ${origin}, out of which response-mode="web_message" has its answer.`,
      `Add to the page's header: Content-Security-Policy: frame-src ${origin}`,
    );
  if (origin && !isServerBlocked) await captcha(element, { origin, base, find });
  return isServerBlocked;
};

/** The pictures on the buttons of other connections: the page's own, and one of ours. */
const signsOf = ({ connections, buttons }, base) => {
  const others = connections.split(/\s+/).filter((name) => name && !/^(email|sms)(:|$)/.test(name));
  const own = others.map((name) => buttons?.[name]?.icon);
  const signs = own.map((icon) => (icon ? new URL(icon, document.baseURI) : new URL("icons/github.svg", base)));
  return [...new Set(signs.map((sign) => sign.href))];
};

/** A frame of the server, for as long as it takes to be refused. */
const frame = async (origin) => {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  // What it shows may do nothing.
  frame.setAttribute("sandbox", "");
  frame.src = `${origin}/.well-known/openid-configuration`;
  document.body.append(frame);
  await new Promise((done) => setTimeout(done, 50));
  frame.remove();
};

/** What the captcha needs that the server wants of this client's users, where it wants one. */
const captcha = async (element, { origin, base, find }) => {
  if (element.captcha === "off" || !element.clientId.trim()) return;
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ client_id: element.clientId.trim() });
  const challenge = await fetch(`${origin}/passwordless/challenge`, { method: "POST", credentials: "omit", headers, body })
    .then((response) => response.json())
    .catch(() => ({}));
  // A picture is lines, and no address.
  if (!challenge.required || challenge.provider === "auth0") return;
  // The very one that captchas have: a policy can be made once.
  const { trusted } = await import(new URL("captcha/trusted.js", base).href);
  const named = await violations(async () => trusted("blob:"));
  if (named.some(isAbout("trusted-types")))
    find(
      "trusted-types",
      "warning",
      `The page's content security policy allows no Trusted Types policy of the name latch, which the captcha ${challenge.provider} needs.`,
      "Add to the page's header: Content-Security-Policy: trusted-types latch",
    );
  else if (challenge.provider === "proof_of_work" && new URL(base).origin !== location.origin) {
    const url = URL.createObjectURL(new Blob([""], { type: "text/javascript" }));
    const worked = await violations(async () => new Worker(trusted(url), { type: "module" }).terminate());
    URL.revokeObjectURL(url);
    if (worked.some((event) => /^(worker|child|script)-src/.test(event.effectiveDirective)))
      find(
        "csp-worker",
        "info",
        "The page's content security policy allows no worker: the captcha's work is done on the page, in slices.",
        "Add to the page's header: Content-Security-Policy: worker-src blob:",
      );
  }
};

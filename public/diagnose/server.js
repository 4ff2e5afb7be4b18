// What the login server says to this page, by asking what can be asked without sending anybody anything.

/** Seconds that a device's clock may be off before tokens look as if they were from the future, or old. */
const LEEWAY = 60;
const OTP = "http://auth0.com/oauth/grant-type/passwordless/otp";
const PATIENCE = 10_000;

/** An answer, or nothing where the page may not read it or there is none. */
const ask = async (address, body) => {
  const controller = new AbortController();
  const limit = setTimeout(() => controller.abort(), PATIENCE);
  const { signal } = controller;
  const headers = { "Content-Type": "application/json" };
  const post = body && { method: "POST", headers, body: JSON.stringify(body) };
  try {
    const response = await fetch(address, { cache: "no-store", credentials: "omit", signal, ...post });
    const json = await response.json().catch(() => undefined);
    return { status: response.status, date: response.headers.get("Date"), json };
  } catch {
    return undefined;
  } finally {
    clearTimeout(limit);
  }
};

/** Whether anything answers there, even if it is not for this page to read. */
const answers = (address) =>
  fetch(address, { mode: "no-cors", cache: "no-store", credentials: "omit" }).then(
    () => true,
    () => false,
  );

const clock = (date, find) => {
  const off = Math.round((Date.now() - Date.parse(date)) / 1000);
  if (!(Math.abs(off) > LEEWAY)) return;
  const minutes = Math.max(1, Math.round(Math.abs(off) / 60));
  find(
    "clock",
    "error",
    `This device's clock is ${minutes} min ${off > 0 ? "ahead of" : "behind"} the server's: ID tokens look ${off > 0 ? "expired" : "as if they were issued in the future"} and are refused.`,
    "Set the device's clock by the network. If all devices are off, it is the server's that is wrong.",
  );
};

export const server = async (element, { origin, find }) => {
  const discovery = `${origin}/.well-known/openid-configuration`;
  const metadata = await ask(discovery);
  if (!metadata) {
    const isThere = await answers(discovery);
    if (!navigator.onLine) find("offline", "error", "The browser has no network.", "Connect it, and ask again.");
    else if (isThere)
      find(
        "not-readable",
        "error",
        `${origin} answers, but sends no Access-Control-Allow-Origin with ${discovery}.`,
        "Check that domain is your login server, and that no proxy in front of it takes CORS headers away.",
      );
    else
      find(
        "unreachable",
        "error",
        `Nothing answers at ${origin}.`,
        "Check the attribute domain, that the server runs, and that its certificate is good.",
      );
    return;
  }
  const issuer = metadata.json?.issuer;
  if (typeof issuer !== "string") {
    find(
      "not-a-login-server",
      "error",
      `${discovery} is no OpenID Connect metadata (HTTP ${metadata.status}).`,
      "Set domain to the host of a Latch server, or of an Auth0 tenant.",
    );
    return;
  }
  if (issuer !== `${origin}/`)
    find(
      "issuer",
      "error",
      `The server at ${origin} calls itself ${issuer}: its ID tokens would be refused.`,
      `Set domain="${issuer.replace(/\/$/, "")}", or issuer = "${origin}" in latch.toml.`,
    );
  if (metadata.date) clock(metadata.date, find);
  if (element.clientId.trim()) await client(element, { origin, find });
};

const client = async (element, { origin, find }) => {
  const id = element.clientId.trim();
  // No address, so that nothing is sent: what comes back is about the client, or about the address.
  const connections = (element.connections || "email")
    .split(/\s+/)
    .map((written) => written.split(":"))
    .filter(([strategy]) => ["email", "sms"].includes(strategy))
    .map(([strategy, name = strategy]) => ({ strategy, name }));
  const start = `${origin}/passwordless/start`;
  const foreign = () =>
    find(
      "origin",
      "error",
      `The server does not let pages of ${location.origin} use the client ${id}.`,
      `Latch: add "${location.origin}" to origins of the [[client]] with id = "${id}" in latch.toml (and to web_origins for exchange="cross-origin"). ` +
        `Auth0: Applications > your application > Settings, add ${location.origin} to Allowed Origins (CORS) and Allowed Web Origins.`,
    );
  for (const { strategy, name: connection } of connections) {
    const field = strategy === "sms" ? "phone_number" : "email";
    const answer = await ask(start, { client_id: id, connection, [field]: "-", send: "code" });
    if (!answer) {
      // Whatever lets nothing through to this address alone is not the server.
      if (await answers(start)) foreign();
      else
        find(
          "blocked",
          "error",
          `Nothing answers at ${start}, though ${origin} does elsewhere.`,
          "Let it through whatever is in between: a content blocker, a proxy, a firewall.",
        );
      worker({ origin, find });
      return;
    }
    if (answer.json?.error === "bad.client_id") {
      find(
        "client-id",
        "error",
        `The server at ${origin} knows no client ${id}.`,
        `Set client-id to one that it knows, or add a [[client]] with id = "${id}" to latch.toml. Auth0: the Client ID is in the application's settings.`,
      );
      return;
    }
    if (answer.json?.error === "bad.connection")
      find(
        `connection-${connection}`,
        "error",
        `The server has no connection ${connection}.`,
        strategy === "sms"
          ? "Latch: add an [sms] table to latch.toml. Auth0: Authentication > Passwordless, switch SMS on for the application."
          : "Auth0: Authentication > Passwordless, switch Email on for the application.",
      );
  }
  // Without a code, so that none is used up.
  const realm = connections[0]?.name ?? "email";
  const grant = await ask(`${origin}/oauth/token`, { grant_type: OTP, client_id: id, username: "-", realm });
  if (!grant) foreign();
  const isRefused = ["unauthorized_client", "access_denied"].includes(grant?.json?.error);
  if (isRefused && ["auto", "token"].includes(element.exchange))
    find(
      "grant",
      element.exchange === "auto" ? "warning" : "error",
      `The server does not give the client ${id} tokens for a code: ${grant.json.error_description ?? grant.json.error}.`,
      `Latch: let the client be a public one (no secret), with "otp" among its grants. Auth0: Advanced Settings > Grant Types > Passwordless OTP, ` +
        `and Token Endpoint Authentication Method "None"; or set exchange="redirect".`,
    );
  worker({ origin, find });
};

/** A service worker that takes the login's requests has answered the ones above. */
const worker = ({ origin, find }) => {
  let worker;
  try {
    worker = navigator.serviceWorker?.controller;
  } catch {
    // A sandboxed frame has none, and may not ask.
  }
  const entries = performance.getEntriesByType("resource").filter(({ name }) => name.startsWith(`${origin}/`));
  if (!worker || !entries.some(({ workerStart }) => workerStart > 0)) return;
  find(
    "service-worker",
    "warning",
    `The service worker ${worker.scriptURL} takes the requests to the login server; what it keeps or changes breaks logins.`,
    `Have its fetch listener leave them alone: if (new URL(event.request.url).origin === "${origin}") return;`,
  );
};

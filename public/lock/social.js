// What a press of a social button comes to: the page's hook, and then a window of its own or another page.

import { asked, believed, departure, posted } from "./authorize.js";
import { refusal } from "./events.js";
import { finish } from "./look.js";
import { said } from "./scripts.js";
import { read, text } from "./words.js";

/** How often is looked whether somebody has closed the window, in milliseconds. */
const OFTEN = 300;

/** A window for `/authorize`, empty as yet: later the browser would not open it any more. */
const opened = ({ width = 500, height = 600, top, left } = {}) => {
  const features = {
    width,
    height,
    top: top ?? Math.max(0, screenY + (outerHeight - height) / 2),
    left: left ?? Math.max(0, screenX + (outerWidth - width) / 2),
  };
  const list = Object.entries(features).map(([name, value]) => `${name}=${Math.round(value)}`);
  return window.open("about:blank", "auth0_signup_popup", list.join(","));
};

/** The page's hook, which calls back when the login may go on, and throws where it may not: its own words, or anything. */
const agreed = async ({ hooks }) => {
  if (typeof hooks?.loggingIn !== "function") return;
  await new Promise((done) => hooks.loggingIn(null, done)).catch((error) => {
    throw { error: "hook_error", description: error?.code === "hook_error" ? error.description : undefined };
  });
};

/** The answer of a window. Rejects with what the server said, or that the window was closed. */
const inPopup = async (popup, url, settings, isUp) => {
  const closed = (finish) => {
    const watch = setInterval(() => {
      if (popup.closed || !isUp()) finish({ error: "lock.popup_closed" });
    }, OFTEN);
    return () => clearInterval(watch);
  };
  popup.location.replace(url);
  const answer = await posted(() => popup, settings.origin, url.searchParams.get("state"), closed);
  popup.close();
  if (answer.error) throw answer;
  return believed(settings, answer);
};

/** The address to ask at, for a connection. */
const addressOf = (settings, options, connection, address, isPopup) => {
  const url = departure(address, asked(settings, connection.name));
  const scopes = options.auth?.connectionScopes?.[connection.name];
  if (Array.isArray(scopes)) url.searchParams.set("connection_scope", scopes.join(","));
  if (!isPopup) return url;
  url.searchParams.set("response_mode", "web_message");
  if (connection.strategy === "facebook") url.searchParams.set("display", "popup");
  return url;
};

/** The form as it was before the press, with a message above it. */
const comeBack = (element, flash) => {
  const typed = () => element.querySelector("[slot=latch] input");
  const value = typed()?.value;
  element.reset();
  if (element.flash !== flash) element.flash = flash;
  const field = typed();
  if (!value || !field) return;
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
};

/** Why it came to nothing, in the page's own words or in ours. */
const reason = async ({ error, description }, settings, dictionary) => {
  // What a hook says is the page's own.
  if (error === "hook_error" && description) return text(description);
  const isDeclined = ["access_denied", "lock.popup_closed"].includes(error);
  const names = [error, isDeclined ? "lock.unauthorized" : "lock.fallback"];
  const own = names.map((name) => text(read(dictionary, `error.login.${name}`)));
  return own.find(Boolean) || said(settings, isDeclined ? "declined" : "serverFault");
};

/**
 * Signs in with another connection: leaves the page or, where that is not wanted, asks in a window; then resolves to an
 * authResult, or to nothing. `told` is told why there is none, where that was not the user's own doing.
 */
export const signIn = async ({ element, settings, options, dictionary, connection, address, told }) => {
  const isUp = () => element.isConnected;
  const popup = settings.isRedirect ? undefined : opened(options.popupOptions);
  try {
    await agreed(options);
    if (!isUp()) return popup?.close();
    const url = addressOf(settings, options, connection, address, !settings.isRedirect);
    if (settings.isRedirect) {
      // The browser's way back may lead to this page as it was left.
      addEventListener("pageshow", () => isUp() && comeBack(element), { once: true });
      return location.assign(url);
    }
    if (!popup) throw { error: "lock.popup_blocked", description: "The browser has opened no window." };
    const result = await inPopup(popup, url, settings, isUp);
    const heading = text(read(dictionary, "success.logIn")) || (await said(settings, "authenticatedHeading"));
    if (isUp()) {
      element.flash = { type: "success", text: heading };
      finish(element);
    }
    return result;
  } catch (error) {
    popup?.close();
    if (!isUp()) return undefined;
    const isOwn = ["hook_error", "lock.popup_closed"].includes(error.error);
    if (!isOwn) told(error.errorDescription ? error : refusal(error, true));
    comeBack(element, { type: "error", text: await reason(error, settings, dictionary) });
    return undefined;
  }
};

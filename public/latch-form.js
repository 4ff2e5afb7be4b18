/**
 * `<latch-login>` as a control of a page's own form: loaded where one is inside of a form.
 *
 * With `name` the form is sent the ID token, which its server has to verify like any other. Not the access token,
 * which opens things; and only where the form is posted to the page's own origin, as an address is kept in histories
 * and logs. With `required` nothing is sent before somebody is signed in.
 */

import { log } from "./latch/log.js";

/** By element: what it is as a control. */
const controls = new WeakMap();

const accessor = (get, set) => ({ configurable: true, enumerable: true, get, set });

/** What every form control has besides, for the elements of a class. */
const complete = (prototype) => {
  if (Object.hasOwn(prototype, "checkValidity")) return;
  for (const name of ["form", "validity", "validationMessage", "willValidate", "labels"])
    Object.defineProperty(
      prototype,
      name,
      accessor(function () {
        return controls.get(this)?.internals[name] ?? null;
      }),
    );
  for (const name of ["checkValidity", "reportValidity"])
    prototype[name] = function () {
      return controls.get(this)?.internals[name]() ?? true;
    };
  Object.defineProperty(
    prototype,
    "name",
    accessor(
      function () {
        return this.getAttribute("name") ?? "";
      },
      function (value) {
        this.setAttribute("name", value);
      },
    ),
  );
  Object.defineProperty(
    prototype,
    "required",
    accessor(
      function () {
        return this.hasAttribute("required");
      },
      function (value) {
        this.toggleAttribute("required", Boolean(value));
      },
    ),
  );
};

/** What was set before these accessors were there shadows them: set it again. */
const upgrade = (element) => {
  for (const name of ["name", "required"]) {
    if (!Object.hasOwn(element, name)) continue;
    const value = element[name];
    delete element[name];
    element[name] = value;
  }
};

/** Whether a form may be sent a token: by a post, to where the page is from. */
const isSafe = (form, submitter) => {
  const of = (name) => submitter?.getAttribute(`form${name}`) ?? form.getAttribute(name) ?? "";
  const action = new URL(of("action") || location.href, document.baseURI);
  return of("method").toLowerCase() === "post" && action.origin === location.origin;
};

class Control {
  #element;
  #say;
  #session = null;

  constructor(element, internals, say) {
    this.#element = element;
    this.internals = internals;
    this.#say = say;
  }

  take(session) {
    this.#session = session;
    this.show();
  }

  get #token() {
    const { idToken, idTokenPayload } = this.#session ?? {};
    return idToken && idTokenPayload.exp * 1000 > Date.now() ? idToken : null;
  }

  /** Whether it has to be signed in to, and is not. */
  get isMissing() {
    return this.#element.hasAttribute("required") && this.#token === null;
  }

  get hasToken() {
    return this.#token !== null;
  }

  warn(text) {
    log(this.#element, "warn", text);
  }

  show() {
    // Without a state of its own the browser would keep the token for when it restores the page.
    this.internals.setFormValue(this.#token, "");
    const inside = this.#element.shadowRoot.querySelector("slot > [slot=latch]");
    const form = inside ?? this.#element.querySelector(":scope > [slot=latch]");
    const field = form?.querySelector("input") ?? undefined;
    if (this.isMissing) this.internals.setValidity({ valueMissing: true }, this.#say(), field);
    else this.internals.setValidity({});
  }
}

const controlsOf = (form) => [...form.elements].flatMap((it) => controls.get(it) ?? []);

// One pair of listeners for all: an element that is gone is held by nothing.
if (globalThis.addEventListener) {
  // A token may have run out since it was taken.
  addEventListener(
    "submit",
    (event) => {
      for (const control of controlsOf(event.target)) {
        control.show();
        if (!control.isMissing) continue;
        event.preventDefault();
        control.internals.reportValidity();
      }
    },
    { capture: true },
  );
  addEventListener("submit", ({ target, submitter, defaultPrevented }) => {
    if (defaultPrevented || isSafe(target, submitter)) return;
    for (const control of controlsOf(target)) {
      if (!control.hasToken) continue;
      control.warn("a form is sent an ID token only by a post to the page's own origin");
      control.internals.setFormValue(null, "");
      setTimeout(() => control.show());
    }
  });
}

/** Makes an element a control of the form that it is in. `session` has its session, `say` the sentence for a missing one. */
export const associate = (element, internals, session, say) => {
  if (controls.has(element)) return;
  complete(element.constructor.prototype);
  upgrade(element);
  const control = new Control(element, internals, say);
  controls.set(element, control);
  const look = () => session().then((it) => control.take(it));
  element.addEventListener("latch-session", look);
  // Another screen has another field to point to, as soon as it is there.
  element.addEventListener("latch-step", () => setTimeout(() => control.show()));
  new MutationObserver(() => control.show()).observe(element, { attributeFilter: ["required", "lang"] });
  // Ours are forms inside of the page's: what is submitted in them is none of the page's business.
  element.addEventListener("submit", (event) => event.stopPropagation());
  control.show();
  look();
};

// The first screen before the wasm is there, in plain DOM.
//
// The words in capitals between underscores are classes of the scoped sheets, filled in by the build.

export const node = (name, attributes, ...children) => {
  const element = document.createElement(name);
  for (const key in attributes) element.setAttribute(key, attributes[key]);
  element.append(...children);
  return element;
};

let number = 0;

/** The first screen before the wasm is there: the same nodes as src/view/screen/identifier.rs makes. */
export const sketch = ({ heading, logo, method }, connections, value, words, submit) => {
  const phone = ["phone", "tel", "phoneLabel"];
  const [name, type, label] = {
    email: ["email", "email", "emailLabel"],
    sms: phone,
    "sms email": phone,
  }[connections.replace(/:\S+/g, "")] ?? ["username", "text", "identifierLabel"];
  const [screen, field, button, message] = [
    "__STYLE_IDENTIFIER__",
    "__STYLE_FIELD__",
    "__STYLE_BUTTON__",
    "__STYLE_MESSAGE__",
  ];
  const id = `latch-sketch-${(number += 1)}`;
  const input = node("input", {
    class: `input ${field}`,
    id,
    name,
    type,
    autocomplete: name === "phone" ? "tel" : name,
    autocapitalize: "none",
    spellcheck: "false",
    inputmode: type === "tel" ? "tel" : "email",
    enterkeyhint: "next",
    required: "",
    dir: "ltr",
    "aria-describedby": `${id}-message`,
  });
  input.value = value;
  const text = node("span", { class: `text ${button}` });
  const caption = node("label", { class: `label ${field}`, for: id });
  const press = node(
    "button",
    { class: `button primary ${button}`, type: "submit" },
    node("span", { class: `spinner ${button}`, "aria-hidden": "true" }),
    text,
  );
  const error = node("span", { class: `error ${message}` });
  const line = node(
    "div",
    { class: `message ${message}`, "data-error": "", "data-hint": "" },
    node(
      "p",
      { class: `line ${message}`, id: `${id}-message`, role: "alert" },
      node("span", { class: `icon ${message}`, "aria-hidden": "true" }, "!"),
      error,
    ),
  );
  const form = node(
    "form",
    { class: `form ${screen}`, name: "latch", novalidate: "" },
    node(
      "div",
      { class: `field ${field}` },
      caption,
      node("div", { class: `box ${field}` }, input),
      line,
    ),
    press,
  );
  const title = node("h2", { class: "heading", part: "heading", id: "heading" });
  const lead = node("p", { class: "lead", part: "lead" });
  const header = node("div", { class: "header", "data-screen": "identifier" }, title, lead);
  if (logo) header.prepend(node("img", { class: "logo", part: "logo", src: logo, alt: "" }));
  let composing = false;
  input.addEventListener("compositionstart", () => (composing = true));
  input.addEventListener("compositionend", () => (composing = false));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  let isBusy = false;
  let isFailed = false;
  const say = () => {
    title.textContent = heading || words.identifierHeading;
    lead.textContent = words[method === "link" && type !== "tel" ? "linkIdentifierLead" : "identifierLead"];
    caption.textContent = words[label];
    text.textContent = isBusy ? words.sending : words.continue;
    error.textContent = isFailed ? words.loadFailed : "";
    line.dataset.error = error.textContent;
  };
  say();
  return {
    header,
    root: node("div", { class: `latch ${screen}`, slot: "latch", "data-way": "none" }, form),
    input,
    /** Goes on in other words. */
    say(others) {
      words = others;
      say();
    },
    /** Somebody may be in the middle of a character that takes several keys. */
    composed: () => composing && new Promise((done) => input.addEventListener("compositionend", done, { once: true })),
    busy(is) {
      isBusy = input.readOnly = is;
      say();
      press.ariaBusy = press.ariaDisabled = is || null;
    },
    fail(is) {
      isFailed = is;
      say();
    },
  };
};

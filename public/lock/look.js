// What Lock's themes want of the element's look, and the element has no attribute for. In constructed sheets and in
// the object model, which no policy on styles forbids.

/** What marks an element that a Lock has made. */
const MARK = "data-lock";

const RULES = `
[${MARK}~=untitled]:state(identifier)::part(heading) {
  position: absolute;
  inline-size: 1px;
  block-size: 1px;
  padding: 0;
  overflow: hidden;
  clip-path: inset(50%);
}

[${MARK}~=unlabeled] > [slot=latch] [type=submit] > .text {
  font-size: 0 !important;
}

[${MARK}~=unlabeled] > [slot=latch] [type=submit] > .text::after {
  content: "→" / "" !important;
  font-size: 24px !important;
}

[${MARK}~=unlabeled] > [slot=latch]:dir(rtl) [type=submit] > .text::after {
  content: "←" / "" !important;
}

/* Signed in by another window, which the form knows nothing of. */
[${MARK}~=finished] > [slot=latch],
[${MARK}~=finished]::part(heading),
[${MARK}~=finished]::part(lead) {
  display: none !important;
}

[${MARK}~=finished]::part(card) {
  min-block-size: 0;
  padding-block: 8px;
}

/* Below the way to close it. */
[${MARK}~=finished][modal]::part(card) {
  padding-block-start: 48px;
}

/* Whose session this is the page knows, and how to end it. */
[${MARK}]:state(authenticated) > [slot=latch] > form {
  display: none !important;
}
`;

let sheet;

/** To the tree that the element is in. */
export const adopt = (root) => {
  sheet ??= new CSSStyleSheet();
  if (!sheet.cssRules.length) sheet.replaceSync(RULES);
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
};

const WHITE = "#fff";
const INK = "#14161c";

/** How light a colour is (WCAG 2.2, relative luminance). */
const luminance = (channels) => {
  const [red, green, blue] = channels.map((it) =>
    it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

const channels = (colour) => {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)].map((it) => it / 255);
};

/** Sets the accent, and the text on it to what can be read on it. */
const paint = (element, colour) => {
  element.style.removeProperty("--latch-accent");
  element.style.removeProperty("--latch-on-accent");
  if (typeof colour !== "string" || !CSS.supports("color", colour)) return;
  const light = luminance(channels(colour));
  // Contrast with white and with ink: (L1 + 0.05) / (L2 + 0.05).
  const onWhite = 1.05 / (light + 0.05);
  const onInk = (light + 0.05) / (luminance(channels(INK)) + 0.05);
  element.style.setProperty("--latch-accent", colour);
  element.style.setProperty("--latch-on-accent", onWhite >= 4.5 || onWhite >= onInk ? WHITE : INK);
};

/** Leaves nothing of the form but the message above it. */
export const finish = (element) => {
  element.setAttribute(MARK, `${element.getAttribute(MARK)} finished`);
  element.shadowRoot.querySelector("dialog")?.focus();
};

/** What the options of an element's look come to. */
export const dress = (element, { theme = {}, allowAutocomplete }) => {
  const marks = [];
  if (theme.labeledSubmitButton === false) marks.push("unlabeled");
  if (theme.hideMainScreenTitle === true) marks.push("untitled");
  element.setAttribute(MARK, marks.join(" "));
  paint(element, theme.primaryColor);
  // Offered unless it is refused: WCAG 2.2 wants it (1.3.5).
  if (allowAutocomplete !== false) return;
  const refuse = () => {
    for (const field of element.querySelectorAll("input[type=email], input[type=tel], input[name=username]"))
      if (field.autocomplete !== "off") field.autocomplete = "off";
  };
  new MutationObserver(refuse).observe(element, { childList: true, subtree: true });
};

/** Unseen it could not take the focus: its look comes first. */
export const focusOnceSeen = (element) => {
  const observer = new ResizeObserver(() => {
    element.focus();
    if (element.matches(":focus-within")) observer.disconnect();
  });
  observer.observe(element);
};

/** What was said may be out of sight on a low screen. It takes a moment to open, in milliseconds. */
export const OPENING = 250;
export const scrollToMessage = (element) =>
  element
    .querySelector('[slot=latch] [data-error]:not([data-error=""])')
    ?.scrollIntoView({ block: "nearest" });

// What a browser does for its user, done to the login's own sheets: a colour scheme, larger text, more room
// between the letters. So one page can show what otherwise takes as many settings.

/** Every rule of every sheet of the login: both halves of all elements share these sheets. */
const rules = function* (list = document.adoptedStyleSheets) {
  for (const it of list) {
    yield it;
    if (it.cssRules) yield* rules(it.cssRules);
  }
};

const SCHEME = /\(prefers-color-scheme: (light|dark)\)/g;

/** `scheme` is `light`, `dark`, or the user's own; `text` is a factor. */
export const restyle = ({ scheme, text }) => {
  const larger = (value) => value.replace(/[\d.]+px/g, (size) => `${parseFloat(size) * text}px`);
  for (const rule of rules()) {
    if (scheme && rule instanceof CSSMediaRule)
      rule.media.mediaText = rule.media.mediaText.replace(SCHEME, (_, asked) =>
        asked === scheme ? "(min-width: 0)" : "(max-width: 0)",
      );
    if (text === 1 || !(rule instanceof CSSStyleRule)) continue;
    for (const name of ["font-size", "line-height"]) {
      const value = rule.style.getPropertyValue(name);
      if (value.includes("px")) rule.style.setProperty(name, larger(value), rule.style.getPropertyPriority(name));
    }
  }
};

/** The room between letters, words and lines that every page has to bear (WCAG 2.2, 1.4.12). */
export const space = (elements) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    * { letter-spacing: .12em !important; word-spacing: .16em !important; line-height: 1.5 !important; }
    p { margin-block-end: 2em !important; }
  `);
  for (const root of [document, ...elements.map((it) => it.shadowRoot)]) root.adoptedStyleSheets.push(sheet);
};

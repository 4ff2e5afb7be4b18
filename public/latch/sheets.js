// The sheets, in two editions: constructed, so that no policy on styles forbids them, and shared by both halves of all
// elements of a document. A sheet belongs to the document that it was made for; an element may move to another one.

import { fetched } from "./base.js";

const shared = (file, document) => {
  const sheet = new document.defaultView.CSSStyleSheet();
  let filled;
  return {
    sheet,
    load: () =>
      (filled ??= fetched(file)
        .then((response) => response.text())
        .then((css) => sheet.replace(css))
        .catch((error) => {
          filled = undefined;
          throw error;
        })),
  };
};

const sheets = new WeakMap();

/** Fetches the sheets of an edition for a document, and has these roots adopt them. More contrast is in the full one's. */
export const style = (isFull, document, ...roots) => {
  if (!sheets.has(document)) sheets.set(document, ["latch.css", "latch-full.css"].map((file) => shared(file, document)));
  const wanted = sheets.get(document).slice(0, isFull || matchMedia("(prefers-contrast: more)").matches ? 2 : 1);
  for (const { adoptedStyleSheets } of roots)
    for (const { sheet } of wanted) if (!adoptedStyleSheets.includes(sheet)) adoptedStyleSheets.push(sheet);
  return Promise.all(wanted.map((it) => it.load()));
};

/** The login as a dialog: fetched by pages that want it so. */

const make = (name, attributes) => {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
};

/**
 * Puts a dialog around the card of an element: the browser keeps the focus in it, and gives it back. `closed` is called
 * when it was closed.
 */
export const frame = (element, card, closed) => {
  const dialog = make("dialog", { class: "dialog", part: "dialog", "aria-labelledby": "heading" });
  card.replaceWith(dialog);
  dialog.append(card);
  // A captcha has it closed and opened at once.
  dialog.addEventListener("close", () => dialog.open || closed());
  if (element.closable === "off") {
    dialog.setAttribute("closedby", "none");
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    return;
  }
  // As the words go that the card begins with, whatever way the page's go.
  const { dir } = card.firstElementChild;
  const close = make("button", { class: "close", part: "close", type: "button", dir });
  close.addEventListener("click", () => element.hide());
  card.append(close);
  // A press beside the card, from beginning to end: selecting a text may end there. With a list open it is the list's.
  let beside = false;
  dialog.addEventListener("pointerdown", ({ target }) => {
    beside = target === dialog && !element.querySelector("[popover]");
  });
  dialog.addEventListener("click", ({ target }) => beside && target === dialog && element.hide());
};

// A message of the page's own, above the form: what `flash` of <latch-login> shows. Fetched when there is one.

import { log } from "./latch/log.js";
import { node } from "./latch/sketch.js";

const types = ["info", "success", "error"];
const warned = new Set();

/** What is wrong with it, for the page's developer. */
const fault = (flash) => {
  if (typeof flash !== "object") return `is ${typeof flash}, and not an object of type and text`;
  if (!types.includes(flash.type)) return `has the type "${flash.type}", which is none of ${types.join(", ")}`;
  return typeof flash.text === "string" ? "" : "has no text";
};

/** Shows it in an element's card; `null` and what is wrong take the one before away. */
export const show = (root, flash) => {
  const wrong = flash === null || flash === undefined ? "" : fault(flash);
  if (wrong && !warned.has(wrong)) {
    warned.add(wrong);
    log(root.host, "warn", `flash ${wrong}; nothing is shown`);
  }
  const { type, text } = (!wrong && flash) || { type: "info", text: "" };
  // An error is an alert (WAI-ARIA): it matters now, and is told before what is being read. The others are advice, and wait
  // their turn. So it is where an error is there from the start: it says why a login is asked for at all, and who only
  // listens has to hear that before the form. Alerts of a page that loads are not told, so this one comes after it, too.
  const role = type === "error" ? "alert" : "status";
  let line = root.querySelector(".flash");
  if (line?.getAttribute("role") !== role) {
    line?.remove();
    line = node("p", { class: "flash", part: "flash", role, dir: "auto" });
    // Nowhere, where the element has left the page meanwhile.
    root.querySelector("slot")?.before(line);
  }
  line.dataset.type = type;
  // A live region tells what changes in it, and not what it came with.
  requestAnimationFrame(() => (line.textContent = text));
};

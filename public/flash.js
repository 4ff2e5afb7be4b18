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
  let line = root.querySelector(".flash");
  if (!line) {
    line = node("p", { class: "flash", part: "flash", role: "status", dir: "auto" });
    root.querySelector("slot").before(line);
  }
  const { type, text } = (!wrong && flash) || { type: "info", text: "" };
  line.dataset.type = type;
  // A live region tells what changes in it, and not what it came with.
  requestAnimationFrame(() => (line.textContent = text));
};

// What docs/element.md and the sources say of the element.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { attributes, camel, flags } from "../../public/latch/attributes.js";

const root = resolve(import.meta.dirname, "../..");
const text = (file) => readFileSync(resolve(root, file), "utf8");

/** On the element for the hosted page alone. */
const INTERNAL = ["transaction"];

/** The rows of a section's tables: cells as they are written. */
const table = (document, heading) => {
  const section = document.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  if (!rows.length) throw new Error(`docs/element.md has no table under ${heading}`);
  return rows.map((row) =>
    row
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll("\\|", "|")),
  );
};

const unquoted = (cell) => cell.replace(/^`(.*)`$/, "$1");

/** Each custom property with its value in light: what a page's own stands in the place of. */
const customProperties = () => {
  const values = new Map();
  for (const [, name, value] of text("style/base.css").matchAll(/var\((--latch-[\w-]+), ([^;]+)\);/g))
    if (!values.has(name)) values.set(name, value);
  return values;
};

export const read = () => {
  const document = text("docs/element.md");
  const rows = (heading) => table(document, heading).map(([name, ...cells]) => [unquoted(name), ...cells]);
  const values = customProperties();
  const known = {
    ...attributes,
    ...Object.fromEntries(flags.map((name) => [name, true])),
    hidden: true,
    lang: null,
    name: null,
    required: true,
  };
  const described = rows("Attributes");
  const missing = Object.keys(known).filter(
    (name) => !INTERNAL.includes(name) && !described.some(([it]) => it === name),
  );
  if (missing.length) throw new Error(`docs/element.md says nothing of the attributes ${missing.join(", ")}`);
  return {
    attributes: described.map(([name, description]) => {
      if (!(name in known)) throw new Error(`docs/element.md has an attribute that is none: ${name}`);
      const list = known[name];
      const isFlag = list === true;
      const isList = Array.isArray(list);
      const type = isFlag
        ? "boolean"
        : isList
          ? list.map((value) => JSON.stringify(value)).join(" | ")
          : "string";
      return {
        name,
        field: camel(name),
        type,
        values: isList ? list : [],
        initial: isFlag ? "false" : isList ? JSON.stringify(list[0]) : '""',
        description,
      };
    }),
    properties: rows("Properties").map(([name, type, description]) => ({
      name,
      type: unquoted(type),
      description,
    })),
    events: rows("Events").map(([name, detail, description]) => ({
      name,
      detail: unquoted(detail),
      description,
    })),
    methods: rows("Methods").map(([name, signature, description]) => ({
      name,
      signature: unquoted(signature),
      description,
    })),
    states: rows("States").map(([name, description]) => ({ name, description })),
    parts: rows("Parts").map(([name, description]) => ({ name, description })),
    slots: rows("Slots").map(([name, description]) => ({ name, description })),
    customProperties: rows("Custom properties").map(([name, description]) => {
      if (!values.has(name)) throw new Error(`style/base.css does not know ${name}`);
      return { name, initial: values.get(name), description };
    }),
    /** Those that the sheet knows, described or not. */
    knownCustomProperties: [...values.keys()],
  };
};

// Writes what the widget knows of phone numbers (public/numbering.txt), and thousands of numbers with what a
// maintained library makes of them (crates/flow/tests/numbers.txt). Both come from libphonenumber-js, whose
// metadata is Google's; the version is the one in e2e/package.json.
//
//   node data/numbering.mjs          writes both
//   node data/numbering.mjs plan     prints the first
//   node data/numbering.mjs numbers  prints the second
//
// crates/flow/src/phone/plan.rs says how the first is read. One line is one region; the first region of a calling
// code is its main one, and starts with the code:
//
//   code;region;lengths;trunk;transform;abroad;national;own;formats
//
// What a region shares with its main one is left empty. Patterns are regular expressions with other signs: `.` is a
// digit, `(…)` does not capture, `<…>` does.

import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { matching, numbers, random } from "./numbers.mjs";

const metadata = createRequire(import.meta.url)("libphonenumber-js/metadata.max.json");

/**
 * Regions that people look for and Google's metadata does not list, because nobody's number is of theirs: whoever
 * is there uses another region's.
 */
const GUESTS = { AQ: "NF", BV: "NO", GS: "FK", HM: "NF", PN: "NZ", TF: "RE", UM: "US" };

/** Where metadata.max.json has what: fields of a region, and places in its list of types. */
const [CODE, ABROAD, NATIONAL, LENGTHS, FORMATS, TRUNK, TRUNK_PATTERN, TRANSFORM] = [0, 1, 2, 3, 4, 5, 7, 8];
const [LEADING, TYPES] = [10, 11];
const [FIXED, MOBILE, VOIP] = [0, 1, 8];
const [PATTERN, TEMPLATE, LEADS, INTERNATIONAL] = [0, 1, 2, 5];

/** A pattern in our signs. */
const ours = (pattern) => {
  const written = pattern
    .replaceAll("(?:", "\0")
    .replaceAll("(", "<")
    .replaceAll("\0", "(")
    .replaceAll("\\d", ".");
  // A bracket closes as it was opened.
  const open = [];
  const closed = [...written].map((sign) => {
    if (sign === "<" || sign === "(") open.push(sign);
    return sign === ")" && open.pop() === "<" ? ">" : sign;
  });
  const text = closed.join("");
  if (/[^0-9.()<>[\]{},?|$-]/.test(text)) throw new Error(`a sign that is not read: ${pattern}`);
  return text;
};

const lengthsOf = (region) => {
  const types = region[TYPES];
  if (!types) return region[LENGTHS];
  // What the server would refuse does not count: premium rate, toll-free, personal numbers, pagers.
  const reached = [FIXED, MOBILE, VOIP].map((type) => types[type]).filter((type) => type?.[0]);
  const lengths = reached.flatMap((type) => type[1] ?? region[LENGTHS]);
  return [...new Set(lengths)].sort((one, other) => one - other);
};

/** Each length as one sign: up to 9 a digit, then letters. */
const lengths = (region) => lengthsOf(region).map((length) => length.toString(36)).join("");

/** How many digits a format is for, at least and at most. */
const sizes = (format) => {
  const groups = [...format[PATTERN].matchAll(/\(\\d(?:\{(\d+)(?:,(\d+))?\})?\)/g)];
  const sum = (size) => groups.reduce((sum, group) => sum + size(group), 0);
  return [sum(([, least = 1]) => Number(least)), sum(([, least = 1, most = least]) => Number(most))];
};

/** `(\d{3})(\d{2,4})` and `$1-$2` as `3 2,4`. */
const groups = (format) => {
  const template = format[INTERNATIONAL] ?? format[TEMPLATE];
  const sizes = [...format[PATTERN].matchAll(/\(\\d(?:\{([\d,]+)\})?\)/g)].map(([, size]) => size ?? "1");
  if (sizes.map((size) => (size === "1" ? "(\\d)" : `(\\d{${size}})`)).join("") !== format[PATTERN])
    throw new Error(`groups that are not read: ${format[PATTERN]}`);
  let at = 0;
  const written = template.replace(/\$(\d)/g, (_, group) => {
    at += 1;
    if (Number(group) !== at) throw new Error(`groups out of order: ${template}`);
    return sizes[at - 1];
  });
  if (at !== sizes.length || /[^\d, .-]/.test(written)) throw new Error(`not a row of groups: ${template}`);
  // ITU-T E.123 has blanks between groups.
  return written.replace(/[ .-]/g, " ");
};

const formats = (region) => {
  const rows = [];
  for (const format of region[FORMATS] || []) {
    // Not for international use.
    if (format[INTERNATIONAL] === "NA") continue;
    // Nobody who is asked here has a number of that length.
    const [least, most] = sizes(format);
    if (!lengthsOf(region).some((length) => length >= least && length <= most)) continue;
    // The last one says most.
    const lead = ours(format[LEADS]?.at(-1) ?? "");
    const row = `${lead}:${groups(format)}`;
    if (row !== rows.at(-1)) rows.push(row);
  }
  return rows.join("/");
};

/** What all numbers of a region look like: only where a calling code in front could pass for a part of one. */
const national = (region) => {
  const lengths = lengthsOf(region);
  const isAmbiguous = lengths.some((length) => lengths.includes(length - region[CODE].length));
  return isAmbiguous ? ours(region[NATIONAL]) : "";
};

const patterns = (region) => [FIXED, MOBILE, VOIP].map((type) => region[TYPES]?.[type]?.[0] || "");

/** What the numbers of a region begin with, or are, that has its calling code from another one. */
const own = (region, main) => {
  if (region[LEADING]) return region[LEADING];
  // A pattern that the main region has, too, tells nothing.
  const mains = patterns(main);
  return patterns(region)
    .filter((pattern, type) => pattern && pattern !== mains[type])
    .join("|");
};

/** The same of the main region itself, which comes first: only where others claim some of its numbers. */
const mainOwn = (main, others) => {
  const pattern = patterns(main).filter(Boolean).join("|");
  const isMains = new RegExp(`^(?:${pattern})$`);
  const draw = random(1);
  const isClaimed = others.some(
    (region) =>
      patterns(region).some(
        (text) => text && Array.from({ length: 60 }, () => matching(text, draw)).some((digits) => isMains.test(digits) && new RegExp(`^(?:${own(region, main)})`).test(digits)),
      ),
  );
  return isClaimed ? `(?:${pattern})$` : "";
};

const fields = (region) => {
  const written = region[TRUNK_PATTERN] || region[TRUNK];
  return [
    lengths(region),
    written ? ours(written) : "",
    (written && region[TRANSFORM]) || "",
    region[ABROAD] === "00" ? "" : ours(region[ABROAD]),
    national(region),
  ];
};

export const plan = () => {
  const lines = [];
  const guests = (host) => Object.keys(GUESTS).filter((guest) => GUESTS[guest] === host);
  for (const [code, regions] of Object.entries(metadata.country_calling_codes)) {
    const main = metadata.countries[regions[0]];
    // Toll-free, satellites and the like: of no region.
    if (!main) continue;
    for (const name of regions) {
      const region = metadata.countries[name];
      const isMain = region === main;
      const shared = isMain ? [] : fields(main);
      // What differs from the main region's cannot be told by leaving it empty if it is nothing: `-`.
      const differing = fields(region).map((field, at) => (field === shared[at] ? "" : isMain ? field : field || "-"));
      const others = regions.slice(1).map((other) => metadata.countries[other]);
      const told = isMain ? mainOwn(main, others) : own(region, main);
      const line = [isMain ? code : "", name, ...differing, ours(told), formats(region)];
      lines.push(line.join(";").replace(/;+$/, ""));
    }
    for (const name of regions.flatMap(guests)) lines.push(`;${name}`);
  }
  return `${lines.join("\n")}\n`;
};

const root = join(import.meta.dirname, "../..");
const files = {
  plan: ["public/numbering.txt", plan],
  numbers: ["crates/flow/tests/numbers.txt", () => numbers(lengthsOf)],
};

if (process.argv[1] === import.meta.filename) {
  const [, , what] = process.argv;
  if (what) process.stdout.write(files[what][1]());
  else for (const [file, make] of Object.values(files)) writeFileSync(join(root, file), make());
}

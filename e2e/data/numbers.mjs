// Numbers of every region, as people spell them, with what libphonenumber-js reads in them.

import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { parsePhoneNumber } = require("libphonenumber-js/max");
const metadata = require("libphonenumber-js/metadata.max.json");

/** mulberry32: the same numbers each time. */
export const random = (seed) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
};

/** Digits that a pattern matches. */
export const matching = (pattern, draw) => {
  const pick = (list) => list[Math.floor(draw() * list.length)];
  let at = 0;
  const alternatives = () => {
    const rows = [[]];
    for (; at < pattern.length && pattern[at] !== ")"; ) {
      if (pattern[at] === "|") {
        rows.push([]);
        at += 1;
      } else rows.at(-1).push(repeated());
    }
    return () => pick(rows).map((part) => part()).join("");
  };
  const repeated = () => {
    const once = single();
    const [count, least, most = least] = /^\{(\d+)(?:,(\d+))?\}/.exec(pattern.slice(at)) ?? [""];
    at += count.length;
    if (pattern[at] === "?") {
      at += 1;
      return () => (draw() < 0.5 ? once() : "");
    }
    if (count === "") return once;
    return () => {
      const times = Number(least) + Math.floor(draw() * (Number(most) - Number(least) + 1));
      return Array.from({ length: times }, once).join("");
    };
  };
  const single = () => {
    if (pattern.startsWith("(?:", at)) {
      at += 3;
      const inner = alternatives();
      at += 1;
      return inner;
    }
    if (pattern.startsWith("\\d", at)) {
      at += 2;
      return () => pick("0123456789");
    }
    if (pattern[at] === "[") {
      const end = pattern.indexOf("]", at);
      const set = new RegExp(pattern.slice(at, end + 1));
      at = end + 1;
      const digits = [..."0123456789"].filter((digit) => set.test(digit));
      return () => pick(digits);
    }
    const digit = pattern[at];
    at += 1;
    return () => digit;
  };
  return alternatives()();
};

/** One way to write a number. */
const grouped = (digits, draw) => {
  const sign = [" ", "-", ".", "", "\u00a0", "/"][Math.floor(draw() * 6)];
  return digits.replace(/\d{3}(?=\d)/g, `$&${sign}`);
};

/** `lengthsOf` says how many digits the numbers of a region have that a message can be sent to. */
export const numbers = (lengthsOf) => {
  const draw = random(20_261_121);
  const lines = [];
  const add = (region, typed) => {
    let read;
    try {
      read = parsePhoneNumber(typed, { defaultCountry: region, extract: false });
    } catch {
      read = undefined;
    }
    const main = metadata.country_calling_codes[read?.countryCallingCode]?.[0];
    const lengths = lengthsOf(metadata.countries[read?.country ?? main] ?? metadata.countries[region]);
    const isPossible = read?.isPossible() && lengths.includes(read.nationalNumber.length);
    const expected = isPossible ? [read.number, read.country ?? "", read.formatInternational()] : [];
    lines.push([region, typed, ...expected].join("\t"));
  };
  for (const [name, region] of Object.entries(metadata.countries)) {
    const [code, abroad] = region;
    const trunk = region[5] || "";
    const prefix = /^\d+$/.test(abroad) ? abroad : "00";
    for (const [type, count] of [[0, 1], [1, 2], [8, 1]]) {
      const pattern = region[11]?.[type]?.[0];
      if (!pattern) continue;
      for (let left = count; left > 0; left -= 1) {
        const national = matching(pattern, draw);
        const written = grouped(national, draw);
        const spellings = [
          `+${code} ${written}`,
          `${trunk}${written}`,
          `${prefix}${code}${written}`,
          `+${code} (${trunk}) ${written}`,
          written,
          `${code}${national}`,
        ];
        for (const spelling of spellings.slice(0, 2)) add(name, spelling);
        add(name, spellings[2 + Math.floor(draw() * 4)]);
      }
    }
    // One digit too few or too many, by chance more.
    const pattern = region[11]?.[1]?.[0] || region[11]?.[0]?.[0] || region[2];
    const national = matching(pattern, draw);
    add(name, `+${code} ${national.slice(0, -1)}`);
    add(name, `${trunk}${national}${Math.floor(draw() * 10)}`);
    add(name, `+${code}${matching("\\d{4,13}", draw)}`);
  }
  return `${lines.join("\n")}\n`;
};

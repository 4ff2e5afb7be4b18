import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";

// What the widget knows of phone numbers is written by a program, and is what that program writes.

const root = join(import.meta.dirname, "../..");
const generator = join(root, "e2e/data/numbering.mjs");

for (const [what, file] of [
  ["plan", "public/numbering.txt"],
  ["numbers", "crates/flow/tests/numbers.txt"],
] as const)
  test(`${file} is what its generator writes`, () => {
    const written = execFileSync(process.execPath, [generator, what], { encoding: "utf8" });
    // Not by toBe, which would print both.
    expect(written === readFileSync(join(root, file), "utf8"), "run `node data/numbering.mjs` in e2e/").toBe(true);
  });

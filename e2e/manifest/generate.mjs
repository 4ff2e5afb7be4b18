// Makes what tools read of the element: `node e2e/manifest/generate.mjs`, after docs/element.md or the sources have
// changed; into public/, or another folder that is named.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { read } from "./read.mjs";
import { files } from "./write.mjs";

for (const [name, text] of Object.entries(files(read()))) {
  const path = resolve(process.argv[2] ?? resolve(import.meta.dirname, "../../public"), name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

// A proof of work: in a worker, so that nothing on the page waits for it; where none may run, on the page
// itself, in slices that nobody notices.

import { trusted } from "./trusted.js";

/** A worker that has not begun by then never will. In milliseconds. */
const PATIENCE = 3000;
/** How long the page may be kept from drawing and from keys. */
const SLICE = 10;
/** Numbers that are looked at between two looks at the clock. */
const BATCH = 500;

const address = new URL("work.js", import.meta.url);

/** The number that solves it, behind what it solves. */
export const prove = async ({ challenge, difficulty, signal }) => {
  const counter = await inWorker(challenge, difficulty, signal).catch((error) => {
    if (signal?.aborted) throw error;
    return inPage(challenge, difficulty, signal);
  });
  return `${challenge}.${counter}`;
};

const inWorker = async (challenge, difficulty, signal) => {
  // A worker has to come from the page's own origin. Elsewhere it is made of the file's text.
  const isOwn = address.origin === location.origin;
  const url = isOwn ? address.href : URL.createObjectURL(await text());
  let worker;
  let timer;
  try {
    return await new Promise((resolve, reject) => {
      worker = new Worker(trusted(url), { type: "module" });
      timer = setTimeout(reject, PATIENCE, new Error("the worker does not begin"));
      signal?.addEventListener("abort", () => reject(signal.reason));
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error("no worker may run here"));
      };
      worker.onmessage = ({ data }) => {
        clearTimeout(timer);
        if (data.counter === undefined) worker.postMessage({ challenge, difficulty });
        else resolve(data.counter);
      };
    });
  } finally {
    clearTimeout(timer);
    worker?.terminate();
    if (!isOwn) URL.revokeObjectURL(url);
  }
};

const text = async () => {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${response.status}`);
  return new Blob([await response.text()], { type: "text/javascript" });
};

const inPage = async (challenge, difficulty, signal) => {
  const { search, seed } = await import(address.href);
  const start = seed(challenge);
  for (let from = 0; ; ) {
    const end = performance.now() + SLICE;
    while (performance.now() < end) {
      const counter = search(start, difficulty, from, BATCH);
      if (counter >= 0) return counter;
      from += BATCH;
    }
    await turn();
    signal?.throwIfAborted();
  }
};

/** Lets the page have its turn. A timer would be slowed down where the page is not looked at. */
const turn = () =>
  new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      done();
    };
    port2.postMessage(0);
  });

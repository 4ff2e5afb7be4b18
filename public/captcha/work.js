// The search for a number: SHA-256 of 40 bytes (32 that stand for the challenge, and a counter of 8) has to
// begin with so many zero bits. A hash of the browser's own would cost more to ask for than to work out.
// FIPS 180-4. Runs in a worker, or is imported by a page that may have none.

const primes = [];
for (let number = 2; primes.length < 64; number += 1)
  if (primes.every((prime) => number % prime)) primes.push(number);
/** The first 32 bits behind the point. */
const fraction = (number) => ((number - Math.floor(number)) * 2 ** 32) | 0;
const K = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
const H = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));

/** One block of 16 words, the first of `w`, into a state of 8. */
const compress = (state, w) => {
  for (let i = 16; i < 64; i += 1) {
    const x = w[i - 15];
    const y = w[i - 2];
    const s = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const t = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16] + s + w[i - 7] + t) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i += 1) {
    const s = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t = (h + s + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
    const r = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const u = (r + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t) | 0;
    d = c;
    c = b;
    b = a;
    a = (t + u) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
};

/** SHA-256 of a text, as 8 words. */
export const seed = (text) => {
  const bytes = new TextEncoder().encode(text);
  const padded = new Uint8Array((((bytes.length + 8) >> 6) + 1) << 6);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 4, bytes.length * 8);
  const state = Int32Array.from(H);
  const w = new Int32Array(64);
  for (let block = 0; block < padded.length; block += 64) {
    for (let i = 0; i < 16; i += 1) w[i] = view.getInt32(block + i * 4);
    compress(state, w);
  }
  return state;
};

/** The first of `count` numbers from here on that solves it, or -1. */
export const search = (start, difficulty, from, count) => {
  const w = new Int32Array(64);
  const state = new Int32Array(8);
  for (let counter = from; counter < from + count; counter += 1) {
    w.set(start);
    w[8] = Math.floor(counter / 2 ** 32);
    w[9] = counter;
    w[10] = 0x80000000;
    w.fill(0, 11, 15);
    w[15] = 320;
    state.set(H);
    compress(state, w);
    if (state[0] >>> (32 - difficulty) === 0) return counter;
  }
  return -1;
};

if (globalThis.WorkerGlobalScope) {
  addEventListener("message", ({ data: { challenge, difficulty } }) => {
    const start = seed(challenge);
    for (let from = 0; ; from += 65536) {
      const counter = search(start, difficulty, from, 65536);
      if (counter >= 0) return postMessage({ counter });
    }
  });
  postMessage({});
}

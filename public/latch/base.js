// Where everything else of the embed is: beside latch.js, which this becomes a part of.

export const base = new URL(".", import.meta.url);

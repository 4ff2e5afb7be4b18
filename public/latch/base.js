// Where everything else of the embed is: beside latch.js, which this becomes a part of.

export const base = new URL(".", import.meta.url);

/** A file that is data. */
export const fetched = (file) =>
  fetch(new URL(file, base)).then((response) =>
    response.ok ? response : Promise.reject(new Error(`${response.status}`)),
  );

/** What only some pages need, when they do. */
export const extra = (file) => import(new URL(file, base).href);

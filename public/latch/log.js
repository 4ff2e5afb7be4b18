// What is said to a page's developer.

/** To the logger that the page gave an element, to nobody where that is `null`, to the console otherwise. */
export const log = ({ logger = console }, level, ...what) => {
  try {
    logger?.[level]?.("<latch-login>:", ...what);
  } catch {
    // A page's own console may do anything.
  }
};

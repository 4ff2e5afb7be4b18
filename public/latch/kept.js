// What an earlier page load left: it is on the screen in the place of the first question.

import { isReturn } from "./attributes.js";

/** Whether there may be something: an answer in the page's address, a login in the browser's storage or in the page's own. */
export const isKept = (element) => {
  if (isReturn() || element.storageAdapter) return true;
  try {
    const id = element.clientId;
    const place = element.storage === "session" ? sessionStorage : localStorage;
    return (
      sessionStorage.getItem(`latch.challenge.${id}`) !== null ||
      place.getItem(`latch.session.${id}`) !== null
    );
  } catch {
    // Blocked storage keeps nothing.
    return false;
  }
};

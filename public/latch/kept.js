// What an earlier page load left: it is on the screen in the place of the first question.

import { isLeft, isRemembered, isReturn } from "./attributes.js";

/** Whether there may be something: an answer in the page's address, a login in the browser's storage or in the page's own. Whoever types is not who was here last. */
export const isKept = (element, typed) =>
  isReturn() ||
  element.storageAdapter ||
  isLeft(element, "challenge", "session") ||
  isLeft(element, "session", element.storage) ||
  (!typed && isRemembered(element));

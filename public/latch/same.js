// Whether a page that sets something says anything new: frameworks make the same object anew for each rendering.

/** What is in it. A function is what is written in it. */
const told = (value) => JSON.stringify(value, (_, it) => (typeof it === "function" ? `${it}` : it));

/** Whether two values come to the same. What is more than a plain object is the same as itself alone. */
export const isSame = (one, other) => {
  try {
    return one === other || (other?.constructor === Object && told(one) === told(other));
  } catch {
    // It goes round in a circle.
  }
};

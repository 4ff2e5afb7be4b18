// Captchas, fetched when the server wants one: solved by the browser alone, or by its user in what a third
// party shows. A file here for each kind.

import { frame } from "./frame.js";
import { prove } from "./proof.js";

/** The third parties that there are files for, under the names that Auth0 has for them. */
const vendors = ["recaptcha_v2", "recaptcha_enterprise", "hcaptcha", "friendly_captcha", "auth0_v2", "arkose"];

/**
 * Has a captcha solved for an element; gives its answer. An error that is `failed` is about a captcha that
 * came and gave up; any other one is about a captcha that did not come.
 */
export const solve = async (element, task) => {
  if (task.provider === "proof_of_work") return prove(task);
  if (!vendors.includes(task.provider)) throw new Error(`there is no captcha called ${task.provider}`);
  const { vendor } = await import(`./${task.provider}.js`);
  return frame(element, task, vendor);
};

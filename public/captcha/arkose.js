// Arkose Labs. https://developer.arkoselabs.com/docs/client-api

let number = 0;
/** What its script calls back with, by the site key that it was loaded for. */
const enforcements = {};

export const vendor = {
  script: ({ siteKey, subdomain }) => `https://${subdomain}.arkoselabs.com/v2/${siteKey}/api.js`,
  /** Its script calls a function of the page, by a name that the script element has. */
  prepare(node, { siteKey }) {
    const name = `latchArkose${(number += 1)}`;
    globalThis[name] = (enforcement) => {
      enforcements[siteKey] = enforcement;
      delete globalThis[name];
    };
    node.dataset.callback = name;
  },
  api: ({ siteKey }) => enforcements[siteKey],
  show(api, root, { language, solved, failed }) {
    root.id = `latch-arkose-${(number += 1)}`;
    api.setConfig({
      selector: `#${root.id}`,
      mode: "inline",
      language,
      onReady: () => api.run(),
      onCompleted: ({ token }) => solved(token),
      onError: ({ error }) => failed(error?.error ?? error),
      onFailed: () => failed("it was not solved"),
    });
    return () => api.reset();
  },
};

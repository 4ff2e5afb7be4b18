// hCaptcha. https://docs.hcaptcha.com/configuration

/** What its user did, or did not do: they may try again. */
const harmless = ["challenge-closed", "challenge-expired"];

export const vendor = {
  hasPopup: true,
  script: ({ language }) => `https://js.hcaptcha.com/1/api.js?render=explicit&hl=${language}`,
  api: () => globalThis.hcaptcha?.render && globalThis.hcaptcha,
  show(api, root, { siteKey, isDark, solved, failed }) {
    const id = api.render(root, {
      sitekey: siteKey,
      theme: isDark ? "dark" : "light",
      callback: solved,
      "expired-callback": () => api.reset(id),
      "error-callback": (error) => harmless.includes(error) || failed(error),
    });
    return () => api.remove(id);
  },
};

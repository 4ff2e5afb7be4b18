// Google reCAPTCHA Enterprise, with a box to tick. https://cloud.google.com/recaptcha/docs/instrument-web-pages-with-checkbox

export const vendor = {
  hasPopup: true,
  script: ({ language }) => `https://www.recaptcha.net/recaptcha/enterprise.js?render=explicit&hl=${language}`,
  api: () => globalThis.grecaptcha?.enterprise?.render && globalThis.grecaptcha.enterprise,
  show(api, root, { siteKey, isDark, solved, failed }) {
    const id = api.render(root, {
      sitekey: siteKey,
      theme: isDark ? "dark" : "light",
      callback: solved,
      "expired-callback": () => api.reset(id),
      "error-callback": () => failed("it cannot reach its server"),
    });
    return () => api.reset(id);
  },
};

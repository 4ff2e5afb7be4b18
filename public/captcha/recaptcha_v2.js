// Google reCAPTCHA v2, "I'm not a robot". https://developers.google.com/recaptcha/docs/display

export const vendor = {
  hasPopup: true,
  script: ({ language }) => `https://www.recaptcha.net/recaptcha/api.js?render=explicit&hl=${language}`,
  api: () => globalThis.grecaptcha?.render && globalThis.grecaptcha,
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

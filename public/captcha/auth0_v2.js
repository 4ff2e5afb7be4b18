// Cloudflare Turnstile, which Auth0 calls "auth0_v2".
// https://developers.cloudflare.com/turnstile/get-started/client-side-rendering/

export const vendor = {
  script: () => "https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit",
  api: () => globalThis.turnstile?.render && globalThis.turnstile,
  show(api, root, { siteKey, language, isDark, solved, failed }) {
    const id = api.render(root, {
      sitekey: siteKey,
      theme: isDark ? "dark" : "light",
      size: "flexible",
      language,
      retry: "never",
      "response-field": false,
      callback: solved,
      "error-callback": (code) => {
        failed(code);
        // It need not write to the console as well.
        return true;
      },
    });
    return () => api.remove(id);
  },
};

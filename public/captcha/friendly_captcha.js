// Friendly Captcha, version 1. https://docs.friendlycaptcha.com/#/widget_api

export const vendor = {
  script: () => "https://cdn.jsdelivr.net/npm/friendly-challenge@0.9.12/widget.min.js",
  api: () => globalThis.friendlyChallenge,
  show({ WidgetInstance }, root, { siteKey, language, isDark, solved, failed }) {
    root.className = isDark ? "frc-captcha dark" : "frc-captcha";
    const widget = new WidgetInstance(root, {
      sitekey: siteKey,
      language: language.slice(0, 2),
      startMode: "auto",
      doneCallback: solved,
      errorCallback: (error) => failed(error?.code ?? error),
    });
    return () => widget.destroy();
  },
};

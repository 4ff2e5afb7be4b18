// Answers to what <latch-login> asked itself, with a link or by leaving the page: an element takes them.

/** Whether the page's address has such an answer, to this client. */
export const isReturn = (clientId) =>
  ["?", "&", "#"].some((sign) =>
    location.href.includes(`${sign}state=latch-${encodeURIComponent(clientId)}-`),
  );

/** Has an element that nobody sees take the answer: an authResult. Rejects with what is wrong. */
export const takeReturn = (domain, clientId, remember) => {
  const element = document.createElement("latch-login");
  element.hidden = true;
  const attributes = { domain, "client-id": clientId, storage: "session", remember };
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  const outcome = new Promise((done, fail) => {
    const on = (name, listener) => element.addEventListener(name, ({ detail }) => listener(detail));
    const refuse = ({ error, error_description: errorDescription }) => fail({ error, errorDescription });
    on("authenticated", done);
    on("authorization_error", refuse);
    on("unrecoverable_error", refuse);
    // A form to begin with, and nobody signed in: this browser never asked.
    on("latch-step", ({ step }) => {
      const errorDescription = "This link was opened in another browser than the one it was asked for in.";
      if (step === "identifier") fail({ error: "invalid_token", errorDescription });
    });
  });
  document.body.append(element);
  return outcome.finally(() => element.remove());
};

// A page of React's: renders the login with objects and functions that are new each time, twenty times a second.

import { createElement, useEffect, useState, type ReactElement } from "react";

export type Props = { domain: string; attributes?: Record<string, unknown> };

export const Shop = ({ domain, attributes }: Props): ReactElement => {
  const [renders, setRenders] = useState(0);
  const [who, setWho] = useState("");
  useEffect(() => {
    const timer = setInterval(() => setRenders((renders) => renders + 1), 50);
    return () => clearInterval(timer);
  }, []);
  const login = {
    domain,
    "client-id": "demo",
    dictionary: { continue: "Go on" },
    flash: { type: "info", text: "Welcome to the shop." },
    buttons: { github: { displayName: "GitHub" } },
    authParams: { ext_shop: "react" },
    errorTransformer: () => undefined,
    avatarProvider: { displayName: () => "Ada" },
    onauthenticated: ({ detail }: CustomEvent<{ idTokenPayload: { email: string } }>) => setWho(detail.idTokenPayload.email),
    ...attributes,
  };
  return createElement(
    "main",
    { "data-renders": renders },
    createElement("h1", null, "A shop"),
    createElement("latch-login", login),
    createElement("output", null, who),
  );
};

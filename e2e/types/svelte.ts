// What TypeScript knows of the element in Svelte's templates.

import type { SvelteHTMLElements } from "svelte/elements";
import type {} from "../../public/types/svelte.d.ts";

type Props = SvelteHTMLElements["latch-login"];

export const props: Props = {
  domain: "login.example.com",
  "client-id": "demo",
  class: "login",
  dictionary: { continue: "Go on" },
  onauthenticated: ({ detail }) => detail.accessToken,
  "onlatch-step": ({ detail: { step } }) => step === "code",
};

// @ts-expect-error: none of its values
export const wrong: Props = { storage: "disk" };

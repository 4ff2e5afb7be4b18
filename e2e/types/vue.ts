// What TypeScript knows of the element in Vue's templates.

import type { ComponentInstance, GlobalComponents } from "vue";
import type {} from "../../public/types/vue.d.ts";

type Props = ComponentInstance<GlobalComponents["latch-login"]>["$props"];

export const props: Props = {
  domain: "login.example.com",
  "client-id": "demo",
  modal: true,
  dictionary: { continue: "Go on" },
  onAuthenticated: ({ detail }) => detail.accessToken,
  onLatchStep: ({ detail: { step } }) => step === "code",
};

// @ts-expect-error: none of its values
export const wrong: Props = { storage: "disk" };

// What TypeScript knows of the element in React 19.

import type { JSX } from "react";
import type {} from "../../public/types/react.d.ts";

export const SignIn = (): JSX.Element => (
  <latch-login
    domain="login.example.com"
    client-id="demo"
    connections="email sms"
    modal
    className="login"
    dictionary={{ continue: "Go on" }}
    onauthenticated={({ detail }) => detail.idTokenPayload?.sub}
    onlatch-step={({ detail: { step } }) => step === "code"}
    ref={(login) => login?.show()}
  />
);

// @ts-expect-error: none of its values
export const Wrong = (): JSX.Element => <latch-login storage="disk" />;

// Made by e2e/manifest/generate.mjs from docs/element.md and the sources.

import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { LatchLogin, LatchLoginAttributes, LatchLoginEventMap } from "../latch.js";

/** React 19 sets properties, and takes `on` and an event's name for its listener. */
interface LatchLoginProps extends DetailedHTMLProps<HTMLAttributes<LatchLogin>, LatchLogin>, LatchLoginAttributes {
  dictionary?: LatchLogin["dictionary"];
  buttons?: LatchLogin["buttons"];
  flash?: LatchLogin["flash"];
  authParams?: LatchLogin["authParams"];
  storageAdapter?: LatchLogin["storageAdapter"];
  errorTransformer?: LatchLogin["errorTransformer"];
  avatarProvider?: LatchLogin["avatarProvider"];
  logger?: LatchLogin["logger"];
  "onauthenticated"?: ((event: LatchLoginEventMap["authenticated"]) => void) | undefined;
  "onlatch-session"?: ((event: LatchLoginEventMap["latch-session"]) => void) | undefined;
  "onlatch-step"?: ((event: LatchLoginEventMap["latch-step"]) => void) | undefined;
  "onlatch-before-send"?: ((event: LatchLoginEventMap["latch-before-send"]) => void) | undefined;
  "onlatch-before-verify"?: ((event: LatchLoginEventMap["latch-before-verify"]) => void) | undefined;
  "onlatch-before-redirect"?: ((event: LatchLoginEventMap["latch-before-redirect"]) => void) | undefined;
  "onshow"?: ((event: LatchLoginEventMap["show"]) => void) | undefined;
  "onhide"?: ((event: LatchLoginEventMap["hide"]) => void) | undefined;
  "onauthorization_error"?: ((event: LatchLoginEventMap["authorization_error"]) => void) | undefined;
  "onunrecoverable_error"?: ((event: LatchLoginEventMap["unrecoverable_error"]) => void) | undefined;
}

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "latch-login": LatchLoginProps;
    }
  }
}

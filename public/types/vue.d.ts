// Made by e2e/manifest/generate.mjs from docs/element.md and the sources.

import type { DefineComponent, HTMLAttributes } from "vue";
import type { LatchLogin, LatchLoginAttributes, LatchLoginEventMap } from "../latch.js";

interface LatchLoginProps extends LatchLoginAttributes, /* @vue-ignore */ HTMLAttributes {
  dictionary?: LatchLogin["dictionary"];
  buttons?: LatchLogin["buttons"];
  flash?: LatchLogin["flash"];
  authParams?: LatchLogin["authParams"];
  storageAdapter?: LatchLogin["storageAdapter"];
  errorTransformer?: LatchLogin["errorTransformer"];
  avatarProvider?: LatchLogin["avatarProvider"];
  logger?: LatchLogin["logger"];
  "onAuthenticated"?: ((event: LatchLoginEventMap["authenticated"]) => void) | undefined;
  "onLatchSession"?: ((event: LatchLoginEventMap["latch-session"]) => void) | undefined;
  "onLatchStep"?: ((event: LatchLoginEventMap["latch-step"]) => void) | undefined;
  "onLatchBeforeSend"?: ((event: LatchLoginEventMap["latch-before-send"]) => void) | undefined;
  "onLatchBeforeVerify"?: ((event: LatchLoginEventMap["latch-before-verify"]) => void) | undefined;
  "onLatchBeforeRedirect"?: ((event: LatchLoginEventMap["latch-before-redirect"]) => void) | undefined;
  "onShow"?: ((event: LatchLoginEventMap["show"]) => void) | undefined;
  "onHide"?: ((event: LatchLoginEventMap["hide"]) => void) | undefined;
  "onAuthorizationError"?: ((event: LatchLoginEventMap["authorization_error"]) => void) | undefined;
  "onUnrecoverableError"?: ((event: LatchLoginEventMap["unrecoverable_error"]) => void) | undefined;
}

declare module "vue" {
  interface GlobalComponents {
    "latch-login": DefineComponent<LatchLoginProps>;
  }
}

// A page of Vue's: renders the login with objects and functions that are new each time, twenty times a second.

import { createApp, h, onMounted, onUnmounted, ref } from "vue";

const root = document.querySelector("#app") as HTMLElement;

createApp({
  setup() {
    const renders = ref(0);
    const who = ref("");
    let timer: ReturnType<typeof setInterval>;
    onMounted(() => (timer = setInterval(() => (renders.value += 1), 50)));
    onUnmounted(() => clearInterval(timer));
    return () =>
      h("main", { "data-renders": renders.value }, [
        h("h1", "A shop"),
        h("latch-login", {
          domain: root.dataset.domain,
          "client-id": "demo",
          ".dictionary": { continue: "Go on" },
          ".flash": { type: "info", text: "Welcome to the shop." },
          ".buttons": { github: { displayName: "GitHub" } },
          ".authParams": { ext_shop: "vue" },
          ".errorTransformer": () => undefined,
          ".avatarProvider": { displayName: () => "Ada" },
          onAuthenticated: ({ detail }: CustomEvent<{ idTokenPayload: { email: string } }>) =>
            (who.value = detail.idTokenPayload.email),
        }),
        h("output", who.value),
      ]);
  },
}).mount(root);

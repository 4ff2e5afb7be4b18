import { createElement } from "react";
import { createRoot, hydrateRoot } from "react-dom/client";
import { Shop } from "./react.ts";

const root = document.querySelector("#app") as HTMLElement;
const { domain = "", attributes = "{}" } = root.dataset;
const page = createElement(Shop, { domain, attributes: JSON.parse(attributes) as Record<string, unknown> });
const begin = () => (root.firstElementChild ? hydrateRoot(root, page) : createRoot(root).render(page));
// A test says when, where it matters what is there first.
Object.assign(globalThis, { begin });
if (!root.firstElementChild) begin();

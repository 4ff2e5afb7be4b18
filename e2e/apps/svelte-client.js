import { mount } from "svelte";
import Shop from "./Shop.svelte";

const target = document.querySelector("#app");
mount(Shop, { target, props: { domain: target.dataset.domain } });

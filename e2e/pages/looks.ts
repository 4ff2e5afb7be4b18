import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";

const font = join(import.meta.dirname, "../node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2");

/** Has the login drawn in a font that comes with the tests, so that it has the same measures everywhere. */
export const useKnownFont = async (page: Page): Promise<void> => {
  await page.route("**/known-font.woff2", async (route) =>
    route.fulfill({ contentType: "font/woff2", headers: { "Access-Control-Allow-Origin": "*" }, body: await readFile(font) }),
  );
  await page.addInitScript(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
      @font-face { font-family: Known; src: url("/known-font.woff2"); font-weight: 100 900; }
      latch-login { --latch-font: Known; --l-mono: Known; }
    `);
    addEventListener("DOMContentLoaded", () => document.adoptedStyleSheets.push(sheet));
  });
};

/** Where each part that is seen stands in its card, how large it is, and its colours: a line for each. */
export const looks = (element: Locator): Promise<string[]> =>
  element.evaluate(async (it) => {
    await document.fonts.ready;
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    if (!canvas) throw new Error("no canvas");
    /** Red, green, blue and alpha: whatever way a browser writes a colour. */
    const color = (value: string) => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = value;
      canvas.fillRect(0, 0, 1, 1);
      return `#${[...canvas.getImageData(0, 0, 1, 1).data].map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
    };
    const card = it.shadowRoot?.querySelector(".card") as HTMLElement;
    const origin = card.getBoundingClientRect();
    const lines: string[] = [];
    for (const part of [card, ...card.querySelectorAll("*"), ...it.querySelectorAll(":scope > [slot=latch], :scope > [slot=latch] *")]) {
      const { left, top, width, height } = part.getBoundingClientRect();
      const style = getComputedStyle(part);
      if (width < 2 || height < 2 || style.clipPath !== "none") continue;
      const box = [left - origin.left, top - origin.top, width, height].map((length) => Math.round(length)).join(" ");
      const words = [`${part.localName}.${part.classList[0] ?? ""}`, "at", box];
      const has = [...part.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
      if (has || part.localName === "input") words.push("ink", color(style.color), style.fontSize, style.fontWeight);
      if (color(style.backgroundColor).slice(7) !== "00") words.push("ground", color(style.backgroundColor));
      if (parseFloat(style.borderTopWidth)) words.push("edge", style.borderTopWidth, color(style.borderTopColor));
      if (style.borderTopLeftRadius !== "0px") words.push("radius", style.borderTopLeftRadius);
      lines.push(words.join(" "));
    }
    return lines;
  });

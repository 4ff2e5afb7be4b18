import type { Locator } from "@playwright/test";

// What people see of a login's layout, measured on the page. Each function gets all elements on it and
// gives its findings as sentences: the state, the part, and what is wrong with it.

/** What does not fit: beside the card, cut off, or over something else. */
export const misfits = (elements: Locator): Promise<string[]> =>
  elements.evaluateAll((all) => {
    const found: string[] = [];
    const name = (it: Element) => `${it.localName}.${it.classList[0] ?? ""} “${it.textContent?.slice(0, 24)}”`;
    type Box = { it: Element; left: number; right: number; top: number; bottom: number };
    const isHidden = (it: Element) => getComputedStyle(it).clipPath !== "none" || it.closest("[aria-hidden=true]");
    for (const element of all) {
      const state = (element as HTMLElement).dataset.state;
      const say = (what: string) => found.push(`${state}: ${what}`);
      const card = element.shadowRoot?.querySelector(".card") as HTMLElement;
      const { left, right, top, bottom } = card.getBoundingClientRect();
      const nodes = [...card.querySelectorAll("*"), ...element.querySelectorAll(":scope > [slot=latch] *")];
      const boxes: Box[] = [];
      const see = (it: Element, rect: DOMRect) => {
        if (rect.width === 0 || rect.height === 0) return;
        if (rect.left < left - 1 || rect.right > right + 1 || rect.top < top - 1 || rect.bottom > bottom + 1)
          say(`${name(it)} sticks out of the card`);
        boxes.push({ it, left: rect.left, right: rect.right, top: rect.top, bottom: rect.bottom });
      };
      for (const it of nodes) {
        if (!it.getClientRects().length || isHidden(it)) continue;
        const { overflowX, overflowY } = getComputedStyle(it);
        // A field scrolls what is longer than it.
        const isField = it.localName === "input" || it.querySelector(":scope > input[name=otp]");
        if (!isField && overflowX !== "visible" && it.scrollWidth > it.clientWidth + 1) say(`${name(it)} is cut off`);
        if (!isField && overflowY !== "visible" && it.scrollHeight > it.clientHeight + 1) say(`${name(it)} is cut off`);
        // A code's field is wider than the box that shows it, so that its last digit scrolls nothing.
        const seen = it.matches("input[name=otp]") ? it.parentElement : it;
        // A link in a sentence is as large as its lines, which are measured below.
        const isInline = getComputedStyle(it).display === "inline";
        if (["button", "input", "a", "img"].includes(it.localName) && !isInline) see(it, (seen ?? it).getBoundingClientRect());
        for (const text of it.childNodes) {
          if (text.nodeType !== Node.TEXT_NODE || !text.textContent?.trim()) continue;
          const range = document.createRange();
          range.selectNodeContents(text);
          const frame = it.closest("button")?.getBoundingClientRect();
          for (const rect of range.getClientRects()) {
            // The line's box: letters of tall scripts reach beyond it, and are not cut for that.
            const line = Math.min(rect.height, parseFloat(getComputedStyle(it).lineHeight) || rect.height);
            const middle = (rect.top + rect.bottom) / 2;
            see(it, new DOMRect(rect.left, middle - line / 2, rect.width, line));
            if (frame && (middle - line / 2 < frame.top - 1 || middle + line / 2 > frame.bottom + 1))
              say(`${name(it)} is higher than its button`);
          }
        }
      }
      for (const [index, one] of boxes.entries())
        for (const other of boxes.slice(0, index)) {
          if (one.it === other.it || one.it.contains(other.it) || other.it.contains(one.it)) continue;
          const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
          const along = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
          if (across > 1 && along > 1) say(`${name(one.it)} is over ${name(other.it)}`);
        }
    }
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) found.push(`the page is ${scrollWidth - clientWidth} px wider than its window`);
    return [...new Set(found)];
  });

/** What is too small to be hit: under 24 px (WCAG 2.2, 2.5.8). */
export const smallTargets = (elements: Locator): Promise<string[]> =>
  elements.evaluateAll((all) =>
    all.flatMap((element) => {
      const targets = [element, element.shadowRoot].flatMap((root) => [...(root?.querySelectorAll("button, input, a, select") ?? [])]);
      return targets.flatMap((it) => {
        const { width, height } = it.getBoundingClientRect();
        // The criterion leaves links in sentences out.
        const isInline = it.localName === "a" && getComputedStyle(it).display === "inline";
        const isSmall = it.getClientRects().length > 0 && Math.min(width, height) < 24 && !isInline;
        const { state } = (element as HTMLElement).dataset;
        return isSmall ? [`${state}: ${it.localName}.${it.classList[0]} is ${width} × ${height}`] : [];
      });
    }),
  );

/** What takes the focus without showing it. Also gives how many things do take it. */
export const unseenFocus = (elements: Locator): Promise<{ unseen: string[]; focused: number }> =>
  elements.evaluateAll((all) => {
    const unseen: string[] = [];
    let focused = 0;
    const properties = ["outline", "boxShadow", "borderColor", "backgroundColor"] as const;
    for (const element of all) {
      const roots = [element, element.shadowRoot as ShadowRoot];
      const settle = () => {
        const moves = [...element.getAnimations({ subtree: true }), ...(element.shadowRoot?.getAnimations() ?? [])];
        for (const move of moves) if (move instanceof CSSTransition) move.finish();
      };
      for (const it of roots.flatMap((root) => [...root.querySelectorAll<HTMLElement>("button, input, a, select")])) {
        if (!it.getClientRects().length) continue;
        // A code's ring is around its cell, which stands beside the field; a number's is around its country, too.
        const box = it.closest(".box") ?? it;
        const ring = () =>
          [it, box, ...(it.parentElement?.querySelectorAll(".cell") ?? [])].map((part) => {
            const style = getComputedStyle(part);
            return properties.map((property) => style[property]).join(" ");
          });
        (document.activeElement as HTMLElement | null)?.blur();
        settle();
        const before = ring().join();
        it.focus({ focusVisible: true } as FocusOptions);
        settle();
        focused += 1;
        if (ring().join() === before) unseen.push(`${(element as HTMLElement).dataset.state}: ${it.localName}.${it.classList[0]}`);
      }
    }
    (document.activeElement as HTMLElement | null)?.blur();
    return { unseen, focused };
  });

/** What moves, by name. */
export const moving = (elements: Locator): Promise<string[]> =>
  elements.evaluateAll((all) =>
    all.flatMap((element) => {
      const moves = [...element.getAnimations({ subtree: true }), ...(element.shadowRoot?.getAnimations() ?? [])];
      return moves.map((move) => `${(element as HTMLElement).dataset.state}: ${(move as CSSAnimation).animationName ?? "transition"}`);
    }),
  );

/** Buttons and fields that have no edge: in forced colours nothing else tells where they are. */
export const edgeless = (elements: Locator): Promise<string[]> =>
  elements.evaluateAll((all) =>
    all.flatMap((element) => {
      const roots = [element, element.shadowRoot as ShadowRoot];
      const parts = roots.flatMap((root) => [...root.querySelectorAll(".button, input:not([name=otp]), .cell, [part=card]")]);
      return parts.flatMap((it) => {
        // A number and its country have one edge together; a box to tick has the system's own.
        const edges = [it, it.closest(".box") ?? it].map((part) => getComputedStyle(part));
        const isEdged = edges.some(
          ({ appearance, borderTopWidth, borderTopStyle, borderTopColor, backgroundColor }) =>
            (it.matches("[type=checkbox]") && appearance === "auto") ||
            (parseFloat(borderTopWidth) >= 1 && borderTopStyle !== "none" && borderTopColor !== backgroundColor),
        );
        const { state } = (element as HTMLElement).dataset;
        return it.getClientRects().length && !isEdged ? [`${state}: ${it.localName}.${it.classList[0]}`] : [];
      });
    }),
  );

/** Words with plain letters, seen or said, besides those that `data` names. */
export const plainWords = (elements: Locator, data: string[]): Promise<string[]> =>
  elements.evaluateAll(
    (all, data) =>
      all.flatMap((element) => {
        const nodes = [element, element.shadowRoot as ShadowRoot].flatMap((root) => [...root.querySelectorAll("*")]);
        const texts = nodes.flatMap((it) => [
          ...["aria-label", "title", "alt", "placeholder", "aria-description"].map((name) => it.getAttribute(name) ?? ""),
          ...[...it.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.textContent ?? ""),
        ]);
        return texts
          .map((text) => data.reduce((text, known) => text.replaceAll(known, ""), text))
          .filter((text) => /[A-Za-z]{2}/.test(text))
          .map((text) => `${(element as HTMLElement).dataset.state}: ${text}`);
      }),
    data,
  );

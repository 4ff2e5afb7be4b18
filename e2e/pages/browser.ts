import type { Page, Request } from "@playwright/test";

/** A whole login lies between. */
const timeout = 30_000;

/** Waits until the browser has gone to an address that begins so: with what. */
export const comesBack = async (page: Page, address: string): Promise<Request> => {
  const isMeant = (url: string) => url.startsWith(address);
  const [request] = await Promise.all([
    page.waitForRequest((request) => request.isNavigationRequest() && isMeant(request.url()), { timeout }),
    page.waitForEvent("framenavigated", {
      predicate: (frame) => frame === page.mainFrame() && isMeant(frame.url()),
      timeout,
    }),
  ]);
  await page.waitForLoadState();
  return request;
};

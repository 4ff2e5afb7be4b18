import type { Page, Request } from "@playwright/test";

/** Waits until the browser has gone to an address that begins so: with what. */
export const comesBack = async (page: Page, address: string): Promise<Request> => {
  const isMeant = (url: string) => url.startsWith(address);
  const [request] = await Promise.all([
    page.waitForRequest((request) => request.isNavigationRequest() && isMeant(request.url())),
    page.waitForEvent("framenavigated", (frame) => frame === page.mainFrame() && isMeant(frame.url())),
  ]);
  await page.waitForLoadState();
  return request;
};

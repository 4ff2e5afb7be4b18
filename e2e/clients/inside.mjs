import { settings } from "./serve.mjs";

const { domain, inside } = settings;

/** Libraries that know https only: their requests, to where the server itself listens when its owner says so. */
export const reach = (input, init) => {
  const request = new Request(input, init);
  if (!inside) return fetch(request);
  const url = new URL(request.url);
  if (url.host !== domain) throw new Error(`${url.host} is not ${domain}`);
  return fetch(new Request(new URL(url.pathname + url.search, inside), request));
};

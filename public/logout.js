/** Signing out at the server, too: fetched when a page asks for that. */

/** Leaves the page for the server that an element names; it comes back to `returnTo`. */
export const leave = ({ domain, clientId }, returnTo) => {
  const url = new URL("/v2/logout", /^https?:\/\//.test(domain) ? domain : `https://${domain}`);
  url.searchParams.set("client_id", clientId);
  url.searchParams.set("returnTo", returnTo);
  location.assign(url);
};

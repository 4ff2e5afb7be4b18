import { PATHS } from "../fixtures/host.ts";
import { type Asked, Prism } from "../fixtures/prism.ts";
import { LatchServer } from "../fixtures/server.ts";
import { expect, newNumber, test } from "../fixtures/test.ts";

// What leaves for Twilio, held against Twilio's own description of its API. That is Twilio's and is not kept here:
// LATCH_TWILIO_OPENAPI names a copy of https://github.com/twilio/twilio-oai's twilio_api_v2010.json.

const document = process.env.LATCH_TWILIO_OPENAPI;

const SID = "0123456789abcdef0123456789abcdef";
const senders = [`from = "+14155550100"`, `from = "ACME"`, `messaging_service_sid = "MG${SID}"`];

/** The same request with one thing wrong. */
const wrongs: Record<string, (asked: Asked) => Asked> = {
  "to nobody": (asked) => edited(asked, (form) => form.delete("To")),
  "valid for a word": (asked) => edited(asked, (form) => form.set("ValidityPeriod", "soon")),
  "of no account": (asked) => ({ ...asked, path: asked.path.replace(/AC\w+/, "nobody") }),
  "of nobody": ({ headers: { authorization: _, ...headers }, ...asked }) => ({ ...asked, headers }),
};

const edited = (asked: Asked, edit: (form: URLSearchParams) => void): Asked => {
  const form = new URLSearchParams(asked.body);
  edit(form);
  return { ...asked, body: form.toString() };
};

if (document)
  test("Twilio's description of its API allows what the server sends, and not what it does not", async ({ request }) => {
    test.setTimeout(300_000);
    const prism = await Prism.start(document);
    for (const sender of senders) {
      const server = await LatchServer.start({
        toml: `[sms]\nprovider = "twilio"\nbase_url = "${prism.url}"\naccount_sid = "AC${SID}"\nauth_token = "x"\n${sender}\n`,
      });
      const count = prism.seen.length;
      for (const phone_number of [newNumber(), "+14155550143"]) {
        const data = { client_id: "demo", connection: "sms", phone_number };
        const answer = await request.post(`${server.origin}${PATHS.start}`, { data });
        expect(answer.status(), await answer.text()).toBe(200);
      }
      await expect.poll(() => prism.seen.length).toBe(count + 2);
      await server.stop();
    }
    for (const { asked, status, body } of prism.seen) expect(status, `${asked.path} ${asked.body}: ${body}`).toBe(201);
    const [{ asked }] = prism.seen as [(typeof prism.seen)[0]];
    for (const [how, spoil] of Object.entries(wrongs)) {
      const { status, body } = await prism.ask(spoil(asked));
      expect([401, 422], `a message ${how}: ${body}`).toContain(status);
    }
    await prism.stop();
  });

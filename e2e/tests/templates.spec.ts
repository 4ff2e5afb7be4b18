import { Liquid } from "liquidjs";
import type { Message } from "../fixtures/inbox.ts";
import { PATHS } from "../fixtures/host.ts";
import { expect, newAddress, newNumber, test } from "../fixtures/test.ts";

// The words of messages, as the server renders them and as liquidjs does: byte for byte the same, but for two values.

/** What is marked as Auth0's stands in its documents as it stands here. */
const TEMPLATES = [
  // Auth0's.
  `{% if request_language contains 'dutch' %}
   Hier is uw verificatie code: {{ code }}
{% endif %}
{% if request_language contains 'fr-FR' %}
   Ceci est votre code: {{ code }}
{% endif %}`,
  `{% if request_language contains 'dutch' %}
   Hier is uw verificatie code: {{ code }}
{% endif %}

{% if request_language contains 'fr-FR' %}
   Ceci est votre code: {{ code }}
{% endif %}`,
  // Output.
  "{{ code }}",
  "{{code}} {{ application.name }} {{ application.client_id }} {{ connection.name }}",
  "{{ application['name'] }}",
  "{{ email }}{{ user.email }}{{ phone_number }}{{ user.phone_number }}",
  "{{ link }}",
  "{{ 'single' }}{{ \"double\" }}{{ 7 }}{{ -7 }}{{ 1.5 }}{{ true }}{{ false }}{{ nil }}",
  "{ code } {{ code }} } % %} {",
  // What is not there.
  "[{{ nope }}][{{ nope.deeper.still }}][{{ application.nope }}][{{ nope | upcase }}]",
  "{{ nope | default: 'friend' }} {{ code | default: 'friend' }} {{ '' | default: 'empty' }}",
  "{% if nope %}yes{% else %}no{% endif %}{% if nope == nil %} nil{% endif %}",
  "{% unless operation %}sign in{% endunless %}{% if operation == 'change_email' %}change{% endif %}",
  "{% for item in nope %}x{% else %}none{% endfor %}",
  // Conditions.
  "{% if send == 'code' %}a code{% elsif send == 'link' %}a link{% else %}both{% endif %}",
  "{% if link %}Click {{ link }}{% endif %}{% unless link %}No link{% endunless %}",
  "{% if code and link %}both{% elsif code or link %}one{% endif %}",
  "{% if true or false and false %}from the right{% endif %}",
  "{% if 1 < 2 %}a{% endif %}{% if 2 <= 2 %}b{% endif %}{% if 3 > 2 %}c{% endif %}{% if 2 >= 3 %}d{% endif %}",
  "{% if send != 'code' %}not a code{% endif %}{% if 'abc' == 'abc' %}same{% endif %}",
  "{% if request_language == blank %}blank{% endif %}{% if nope == empty %}empty{% endif %}",
  "{% if '' %}an empty text is true{% endif %}{% if 0 %}so is nought{% endif %}",
  "{% case send %}{% when 'code' %}C{% when 'link' %}L{% else %}B{% endcase %}",
  "{% case send %}{% when 'link', 'link_or_code' %}with a link{% when 'code' %}without{% endcase %}",
  "{% case request_language %}{% when 'dutch' or 'nl' %}Hallo{% else %}Hello{% endcase %}",
  "{% unless send == 'code' %}U{% else %}E{% endunless %}",
  "{% if application.name contains 'Acme' %}{% if send contains 'code' %}nested{% endif %}{% endif %}",
  // Loops.
  "{% for i in (1..5) %}{{ i }}{% unless forloop.last %}, {% endunless %}{% endfor %}",
  "{% for i in (1..9) limit: 3 %}{{ i }}{% endfor %} {% for i in (1..9) offset: 6 %}{{ i }}{% endfor %}",
  "{% for i in (1..9) limit: 2 offset: 3 %}{{ i }}{% endfor %}",
  "{% for i in (1..4) reversed %}{{ i }}{% endfor %}",
  "{% for i in (1..3) %}{{ forloop.index }}{{ forloop.index0 }}{{ forloop.rindex }}{{ forloop.rindex0 }}{{ forloop.length }}{% if forloop.first %}F{% endif %} {% endfor %}",
  "{% for i in (1..9) %}{% if i == 3 %}{% continue %}{% endif %}{% if i == 6 %}{% break %}{% endif %}{{ i }}{% endfor %}",
  "{% assign parts = 'a,b,c' | split: ',' %}{% for part in parts %}[{{ part }}]{% else %}none{% endfor %}{{ parts.size }}{{ parts[1] }}{{ parts.first }}{{ parts.last }}",
  "{% for i in (1..2) %}{% for j in (1..2) %}{{ i }}{{ j }} {% endfor %}{% endfor %}",
  "{% for i in (1..4) %}{% cycle 'odd', 'even' %} {% endfor %}",
  // Variables.
  "{% assign name = application.name | upcase %}{{ name }}",
  "{% assign count = 3 %}{% assign more = count | plus: 2 %}{{ more }}",
  "{% capture greeting %}Hello {{ email }}, {{ code }}{% endcapture %}{{ greeting }}|{{ greeting | size }}",
  "{% increment a %}{% increment a %}{% decrement b %}{% decrement b %}",
  // Comments, and what is not to be read.
  "a{% comment %}{{ code }} {% if %}nothing{% endcomment %}b",
  "{% raw %}{{ code }} {% if %}{% endraw %}",
  // Whitespace.
  "a  {{- code -}}  b",
  "a\n{%- if code -%}\n  {{ code }}\n{%- endif -%}\nb",
  "{% if code -%}\n\n  x  {%- endif %}\n",
  "  {{ code -}}\n\n  {{- send }}  ",
  "\n\n{% assign x = 1 %}\n\n",
  // Filters.
  "{{ 'hello' | capitalize }} {{ 'HeLLo' | upcase }} {{ 'HeLLo' | downcase }}",
  "{{ code | append: '!' | prepend: '#' }}",
  "{{ code | slice: 0, 3 }}-{{ code | slice: 3, 3 }} {{ 'abcdef' | slice: -2, 2 }} {{ 'abc' | slice: 1 }}",
  "{{ code | size }} {{ 'äöü🔑'  | upcase }}",
  "{{ ' x y ' | strip }}|{{ ' x y ' | lstrip }}|{{ ' x y ' | rstrip }}|",
  "{{ 'a-b-c' | remove: '-' }} {{ 'a-b-c' | remove_first: '-' }}",
  "{{ 'the quick brown fox' | truncate: 12 }} {{ 'the quick brown fox' | truncate: 9, '' }} {{ 'short' | truncate: 50 }}",
  "{{ 'the quick brown fox' | truncatewords: 2 }} {{ 'the quick' | truncatewords: 5 }}",
  "{{ 'a b' | url_encode }} {{ 'a%20b+c' | url_decode }} {{ 'x@y.z' | url_encode }}",
  "{{ 1 | plus: 2 }} {{ 5 | minus: 7 }} {{ 3 | times: 4 }} {{ 7 | modulo: 3 }} {{ -3 | abs }}",
  "{{ 8 | divided_by: 2 }} {{ 1.2 | ceil }} {{ 1.8 | floor }} {{ 1.5 | round }} {{ 1.256 | round: 2 }}",
  "{{ 'a,b,c' | split: ',' | first }} {{ 'a,b,c' | split: ',' | last }} {{ 'a,b,c' | split: ',' | size }}",
  "{{ '<p>one <b>two</b></p>' | strip_html }}",
  "{% capture lines %}a\nb\nc{% endcapture %}{{ lines | strip_newlines }} {{ lines | newline_to_br }}",
  "{{ application.name | escape }} {{ application.name | escape | escape_once }} {{ email | escape }}",
  "{{ '1 &lt; 2 & 3' | escape_once }}",
  "{{ code | split: '' | first }}{{ email | split: '@' | last | upcase | append: '.' }}",
];

const joined = TEMPLATES.map((template, number) => `⟦${number}⟧${template}⟦/${number}⟧`).join("");
const SUBJECT = "{{ code }} {% if link %}or the link {% endif %}for {{ application.name }}";
const NAME = `Acme & <Sons> it's "fine" {{ code }}`;

const quoted = (text: string) => JSON.stringify(text);
const toml = `
[email]
subject = ${quoted(SUBJECT)}
text = ${quoted(joined)}
html = ${quoted(joined)}

[sms]
text = ${quoted("{% if request_language contains 'fr' %}Code{% else %}Your code{% endif %}: {{ code }} 🔑\n\n@{{ host }} #{{ code }}")}

[[client]]
id = "plain"
name = "Shop"
callbacks = ["http://localhost/callback"]

[[client]]
id = "odd"
name = ${quoted(NAME)}
callbacks = ["http://localhost/callback"]
`;

test.use({ settings: { toml } });

const escape = (text: string) =>
  text.replace(
    /[&<>"']/g,
    (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[c] ?? c,
  );

/** What the server says of the odd name under `escape`, where liquidjs says something else. */
const DIFFERENCES = {
  // A quotation mark has a name.
  text: {
    theirs: "Acme &amp; &lt;Sons&gt; it&#39;s &#34;fine&#34;",
    ours: "Acme &amp; &lt;Sons&gt; it&#39;s &quot;fine&quot;",
  },
  // Every value is escaped before a template sees it, and is not escaped again.
  html: {
    theirs: "Acme &amp;amp; &amp;lt;Sons&amp;gt; it&amp;#39;s &amp;quot;fine&amp;quot;",
    ours: "Acme &amp; &lt;Sons&gt; it&#39;s &quot;fine&quot;",
  },
};

const liquid = new Liquid({ strictFilters: true, ownPropertyOnly: true });

/** What liquidjs makes of all templates, but for the differences. */
const rendered = async (asked: Asked, message: Message, markup: "text" | "html"): Promise<string> => {
  const said: string = await liquid.parseAndRender(joined, variables(asked, message, markup));
  const { theirs, ours } = DIFFERENCES[markup];
  expect(said.split(theirs).length - 1, theirs).toBe(asked.client === "odd" ? 2 : 0);
  return said.replaceAll(theirs, ours);
};

type Asked = { client: string; send?: string; language: string };

const variables = (asked: Asked, message: Message, markup: "text" | "html") => {
  const value = markup === "html" ? escape : (text: string) => text;
  const known = (text: string | null) => (text === null ? {} : value(text));
  const person = message.channel === "sms" ? { phone_number: value(message.to) } : { email: value(message.to) };
  return {
    code: known(message.code),
    password: known(message.code),
    ...(message.link === null ? {} : { link: value(message.link) }),
    send: asked.send ?? "code",
    request_language: value(asked.language),
    application: { name: value(asked.client === "odd" ? NAME : "Shop"), client_id: asked.client },
    connection: { name: message.channel },
    ...person,
    user: person,
    validity: "3 minutes",
    host: "localhost",
  };
};

/** Each template's result. */
const parts = (text: string): Record<string, string> =>
  Object.fromEntries(
    TEMPLATES.map((template, number) => {
      const [, rest = ""] = text.split(`⟦${number}⟧`);
      return [`${number}: ${template}`, rest.split(`⟦/${number}⟧`)[0] ?? ""];
    }),
  );

const languages = ["dutch", "fr-FR,fr;q=0.9", "en"];
const ways: Asked[] = ["plain", "odd"].flatMap((client) =>
  languages.flatMap((language) => ["code", "link", "link_or_code"].map((send) => ({ client, send, language }))),
);

test("emails say what liquidjs makes of their templates", async ({ server, inbox, request }) => {
  for (const asked of ways) {
    const email = newAddress();
    const answer = await request.post(`${server.origin}${PATHS.start}`, {
      headers: { "x-request-language": asked.language },
      data: { client_id: asked.client, connection: "email", send: asked.send, email },
    });
    expect(answer.status(), await answer.text()).toBe(200);
    const message = await inbox.next(email);
    const text = await rendered(asked, message, "text");
    expect(parts(message.text)).toEqual(parts(text));
    expect(message.text).toBe(text);
    const html = await rendered(asked, message, "html");
    expect(parts(message.html)).toEqual(parts(html));
    expect(message.html).toBe(html);
    expect(message.subject).toBe(
      await liquid.parseAndRender(SUBJECT, variables(asked, message, "text")),
    );
  }
});

test("so does an SMS", async ({ server, inbox, request }) => {
  for (const language of languages) {
    const phone_number = newNumber();
    const asked = { client: "plain", language };
    await request.post(`${server.origin}${PATHS.start}`, {
      headers: { "x-request-language": language },
      data: { client_id: "plain", connection: "sms", phone_number },
    });
    const message = await inbox.next(phone_number);
    const greeting = language.startsWith("fr") ? "Code" : "Your code";
    expect(message.text).toBe(`${greeting}: ${message.code} 🔑\n\n@localhost #${message.code}`);
    const sms = "{% if request_language contains 'fr' %}Code{% else %}Your code{% endif %}: {{ code }} 🔑\n\n@{{ host }} #{{ code }}";
    expect(message.text).toBe(await liquid.parseAndRender(sms, variables(asked, message, "text")));
  }
});

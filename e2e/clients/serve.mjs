/** What the owner of a program wrote into it. */
export const settings = JSON.parse(process.argv[2] ?? "{}");

/** What a library says of an error, and what made it. */
const details = (error) => {
  const { name, message, code, error: oauth, error_description, status, statusCode, cause } = error;
  const own = { name, message, code, error: oauth, error_description, status: status ?? statusCode };
  return cause ? { ...own, cause: details(cause) } : own;
};

/** Does what the test asks for: each is a function, its result is answered as JSON. */
export const serve = (functions) => {
  process.on("message", async ({ id, what, given }) => {
    try {
      const value = (await functions[what](given)) ?? null;
      process.send({ id, value: JSON.parse(JSON.stringify(value)) });
    } catch (error) {
      process.send({ id, error: JSON.parse(JSON.stringify(details(error))) });
    }
  });
};

import { expect, test } from "../../fixtures/drop-in.ts";
import { say } from "../../pages/sentences.ts";

// Lock's options for colours and marks, by name.

test("theme.logo is an image above the form, and there is none of Auth0's where it is left out", async ({
  site,
  lock,
}) => {
  await lock.open({ theme: { logo: `${site.origin}/logo.svg` } });
  await expect(lock.logo.first()).toBeVisible();
  await expect(lock.logo.first()).toHaveAttribute("src", `${site.origin}/logo.svg`);
  await lock.open({});
  await expect(lock.login.email).toBeVisible();
  expect(await lock.attribute("logo")).toBeNull();
});

for (const [colour, ink] of [
  ["#0a7d33", "rgb(255, 255, 255)"],
  ["gold", "rgb(20, 22, 28)"],
] as const)
  test(`theme.primaryColor ${colour} is the button's, with words on it that can be read`, async ({
    lock,
  }) => {
    await lock.open({ theme: { primaryColor: colour } });
    await lock.hears("socialOrEmail ready");
    const expected = await lock.run(
      `(() => { const it = new Option().style; it.color = "${colour}"; document.body.style.color = it.color; return getComputedStyle(document.body).color; })()`,
    );
    await expect(lock.login.continue).toHaveCSS("background-color", String(expected));
    await expect(lock.login.continue).toHaveCSS("color", ink);
  });

test("theme.labeledSubmitButton false has an arrow in the place of the words, which screen readers still have", async ({
  lock,
}) => {
  await lock.open({ theme: { labeledSubmitButton: false } });
  await lock.hears("socialOrEmail ready");
  const looks = await lock.login.continue.evaluate((it) => {
    const label = it.querySelector(".text") as Element;
    return [getComputedStyle(label).fontSize, getComputedStyle(label, "::after").content];
  });
  expect(looks).toEqual(["0px", '"→" / ""']);
  await expect(lock.login.continue).toHaveAccessibleName("Continue");
});

test("theme.hideMainScreenTitle hides the first heading from sight, and the later ones stay", async ({
  lock,
  address,
}) => {
  await lock.open({ theme: { hideMainScreenTitle: true } });
  await lock.hears("socialOrEmail ready");
  const box = await lock.login.heading(say.signIn).boundingBox();
  expect(box?.width).toBeLessThanOrEqual(1);
  await expect(lock.dialog).toHaveAccessibleName(say.signIn);
  await lock.login.askAndArrive(address);
  expect((await lock.login.heading(say.checkYourEmail).boundingBox())?.width).toBeGreaterThan(100);
});

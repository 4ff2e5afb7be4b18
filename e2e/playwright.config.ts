import { defineConfig } from "@playwright/test";
import { TRUSTED_KEY } from "./fixtures/tls.ts";

/** The browser: `cargo xtask test` says which one, so that nothing is downloaded here. */
const executablePath = process.env.LATCH_CHROMIUM ?? "/usr/bin/chromium";

export default defineConfig({
  testDir: "tests",
  globalSetup: "./fixtures/authority.ts",
  outputDir: "results",
  // One file for every machine: what is compared does not depend on where.
  snapshotPathTemplate: "{testDir}/snapshots/{arg}{ext}",
  reporter: [["list"]],
  fullyParallel: true,
  forbidOnly: true,
  // On two cores: while one browser waits for its page, the others have work.
  workers: 3,
  // A machine that others use too may stall for seconds. A test that needs its second try is listed as flaky,
  // and has found something.
  retries: 1,
  timeout: 60_000,
  expect: { timeout: 8_000 },
  use: {
    browserName: "chromium",
    viewport: { width: 1280, height: 800 },
    actionTimeout: 10_000,
    navigationTimeout: 15_000,
    // Without the film, which costs more than the tests do.
    trace: { mode: "retain-on-failure", screenshots: false, snapshots: true, sources: false },
    launchOptions: {
      executablePath,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        // Chromium has no flag for an authority. This key it believes, and no other that is not signed as usual.
        `--ignore-certificate-errors-spki-list=${process.env[TRUSTED_KEY] ?? ""}`,
      ],
    },
  },
});

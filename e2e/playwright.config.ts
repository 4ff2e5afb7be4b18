import { defineConfig } from "@playwright/test";

/** The browser: `cargo xtask test` says which one, so that nothing is downloaded here. */
const executablePath = process.env.LATCH_CHROMIUM ?? "/usr/bin/chromium";

export default defineConfig({
  testDir: "tests",
  outputDir: "results",
  reporter: [["list"]],
  fullyParallel: true,
  forbidOnly: true,
  workers: 2,
  // A test that passes the second time has found something.
  retries: 0,
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
      ],
    },
  },
});

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished } from "vitest";
import { findChromium, launchChromium } from "../../../bench/support/web-chromium.mjs";

/** Whether there is a Chromium to test in: `describe.runIf(hasChromium)`. */
export const hasChromium = findChromium() !== null;
if (!hasChromium) {
  console.log(
    "No Chromium here: what runs in a browser is not tested. Install it, or set CHROMIUM_PATH to its program.",
  );
}

/** A browser for the file that calls this; webgpu: with an adapter in software; args: of its command line, beside the usual. */
export function chromium(options: { webgpu?: boolean; args?: string[] } = {}) {
  let browser: Browser | null = null;
  beforeAll(async () => {
    if (hasChromium) browser = await launchChromium(options);
  });
  afterAll(() => browser?.close());
  return {
    /**
     * Open an address in a profile of its own, until the test ends. Errors of the page, answers of 400 and more, and
     * requests to anywhere but this machine fail the test, save those that `expected` matches.
     */
    async open(
      url: string,
      { expected = /^$/, prepare }: { expected?: RegExp; prepare?: (page: Page) => void } = {},
    ): Promise<Page> {
      const context = await browser!.newContext();
      const page = await context.newPage();
      const problems: string[] = [];
      const report = (problem: string) => {
        if (!expected.test(problem)) problems.push(problem);
      };
      page.on("console", (message) => {
        if (message.type() === "error") report(`console: ${message.text()}`);
      });
      page.on("pageerror", (error) => report(`uncaught: ${error.message}`));
      page.on("response", (response) => {
        if (response.status() >= 400) report(`${response.status()}: ${response.url()}`);
      });
      await context.route(
        (address) => /^https?:$/.test(address.protocol) && address.hostname !== "localhost",
        (route) => {
          report(`elsewhere: ${route.request().url()}`);
          return route.abort();
        },
      );
      onTestFinished(async () => {
        await context.close();
        expect(problems).toEqual([]);
      });
      prepare?.(page);
      await page.goto(url);
      return page;
    },
  };
}

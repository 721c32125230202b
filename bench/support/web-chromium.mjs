import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const usual = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:/Program Files/Google/Chrome/Application/chrome.exe",
];
const quiet = [
  "--no-sandbox",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
/** Chromium's own adapter in software: slow, and there on every machine. */
const softwareWebgpu = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

/** Path of the Chromium that is installed here, CHROMIUM_PATH first; null where there is none. */
export function findChromium() {
  const { CHROMIUM_PATH } = process.env;
  if (CHROMIUM_PATH) return existsSync(CHROMIUM_PATH) ? CHROMIUM_PATH : null;
  return usual.find((path) => existsSync(path)) ?? null;
}

/** Start it without a window. */
export function launchChromium({ webgpu = false, args = [] } = {}) {
  return chromium.launch({
    executablePath: findChromium(),
    args: [...quiet, "--disable-gpu", ...(webgpu ? softwareWebgpu : []), ...args],
  });
}

// Installs Debian's Chromium for the tests in a browser, where there is none and apt may be used (as root):
//
//   node tools/chromium.mjs            returns at once where a Chromium is there (or CHROMIUM_PATH names one)
//   node tools/chromium.mjs --check    only report; exit code 0 where it is there, 1 where not
import { spawnSync } from "node:child_process";
import { findChromium } from "../bench/support/web-chromium.mjs";

const found = findChromium();
if (found) say(`already there: ${found}`);
else if (process.argv.includes("--check")) fail("not here. Install it with: node tools/chromium.mjs");
else install();

function install() {
  say("installing Debian's chromium (once; 100 MB)");
  // A new machine has no lists of packages yet.
  if (!works("install")) {
    works("update");
    if (!works("install")) fail("apt could not install it. Install a Chromium, or set CHROMIUM_PATH to one.");
  }
  say(`ready: ${findChromium()}`);
}

function works(verb) {
  const args = verb === "update" ? ["update"] : ["install", "--yes", "--no-install-recommends", "chromium"];
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync("apt-get", args, { env, stdio: "ignore" }).status === 0;
}

function say(text) {
  process.stderr.write(`chromium: ${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}

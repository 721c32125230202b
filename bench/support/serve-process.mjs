// Two processes of the serve suite: a server of its own (the command), and the load on it.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "./processes.mjs";

/** `vaekit serve <bundle> ...args` until stop(): { url, stop } */
export async function startServer(bundle, args) {
  const main = join(root, "packages/cli/dist/main.js");
  const child = spawn(process.execPath, [main, "serve", bundle, "--port", "0", "--json", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (text) => {
    errors += text;
  });
  const ended = new Promise((resolve) => child.on("close", resolve));
  const { url } = await new Promise((resolve, reject) => {
    let output = "";
    child.stdout.on("data", (text) => {
      output += text;
      if (output.includes("\n")) resolve(JSON.parse(output));
    });
    child.on("close", (code) => reject(new Error(`vaekit serve ended with ${code}\n${errors}`)));
  });
  return {
    url,
    async stop() {
      child.kill("SIGTERM");
      const code = await ended;
      if (code !== 0) throw new Error(`vaekit serve ended with ${code}\n${errors}`);
    },
  };
}

/** autocannon in a process of its own; what it measured. */
export async function load(options) {
  const child = spawn(
    process.execPath,
    [join(root, "bench/support/serve-load.mjs"), JSON.stringify(options)],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let output = "";
  child.stdout.on("data", (text) => {
    output += text;
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  if (code !== 0) throw new Error(`the load ended with ${code}`);
  return JSON.parse(output);
}

/** The sum or count of one of the server's histograms, or a gauge. */
export async function metric(url, pattern) {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split("\n").find((each) => each.startsWith(pattern));
  return line ? Number(line.slice(line.lastIndexOf(" ") + 1)) : 0;
}

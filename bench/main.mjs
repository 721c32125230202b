// npm run bench -- <name> [options]: measurements, each with both sides of its ratio in one run.
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const names = readdirSync(join(here, "suites")).map((file) => file.replace(/\.mjs$/, ""));
const [name, ...args] = process.argv.slice(2);
if (!names.includes(name)) {
  console.error(`npm run bench -- <name>, one of: ${names.join(", ")}`);
  process.exit(2);
}
const { run } = await import(`./suites/${name}.mjs`);
process.exitCode = (await run(args)) ? 0 : 1;

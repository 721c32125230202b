import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDeflate } from "node:zlib";
import { build } from "esbuild";
import sharp from "sharp";
import { expect, it } from "vitest";
import { temporaryDirectory } from "../support/data.js";
import { chunk, pngFile, signature } from "./png-file.js";

/** The Node functions in one file of their own, in a place where no package can be found. */
async function alone(folder: string): Promise<string> {
  const outfile = join(folder, "image.cjs");
  await build({
    entryPoints: [join(import.meta.dirname, "../../packages/infer/src/image/node.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    external: ["sharp"],
    logLevel: "silent",
  });
  return outfile;
}

/** What a program of its own prints, with the functions at hand as `image`. */
function run(library: string, program: string, ...args: string[]): string {
  const text = `const image = require(${JSON.stringify(library)}); (async () => { ${program} })()`;
  return execFileSync(process.execPath, ["-e", text, ...args], { cwd: tmpdir(), encoding: "utf8" }).trim();
}

const model = `{ data: { kind: "image", shape: [2, 2, 1] } }`;
const read = `await image.readImages(${model}, process.argv[1])`;
const told = `await (async () => { ${read}; return "it was read" })().catch((error) => error.name + " " + error.message)`;

it("PNG is read and written; another format says what to install", async () => {
  const folder = temporaryDirectory();
  expect(() => createRequire(join(folder, "x.js")).resolve("sharp")).toThrow();
  const library = await alone(folder);
  const picture = sharp({ create: { width: 2, height: 2, channels: 3, background: "#ffffff" } });
  const [png, jpg] = [join(folder, "a.png"), join(folder, "a.jpg")];
  await picture.clone().png().toFile(png);
  await picture.clone().jpeg().toFile(jpg);
  expect(run(library, `console.log(Array.from((${read}).data).join())`, png)).toBe("255,255,255,255");
  expect(run(library, `console.log(${told})`, jpg)).toBe(
    `DataError ${jpg}: to read JPEG, the package sharp is needed: npm install sharp`,
  );
  const write = `const x = ${read}; await image.writeImage(process.argv[2], x)`;
  expect(run(library, `${write}; console.log("written")`, png, join(folder, "b.png"))).toBe("written");
  expect(
    run(
      library,
      `try { ${write} } catch (error) { console.log(error.message) }`,
      png,
      join(folder, "b.webp"),
    ),
  ).toMatch(/b\.webp: to write WEBP, the package sharp is needed: npm install sharp/);
});

it("a PNG of many pixels is not handed to pngjs: it says what to install", async () => {
  const folder = temporaryDirectory();
  const library = await alone(folder);
  const path = join(folder, "large.png");
  await sharp({ create: { width: 5000, height: 5000, channels: 3, background: "#102030" } })
    .png()
    .toFile(path);
  expect(run(library, `console.log(${told})`, path)).toMatch(
    /to read PNG of this size, the package sharp is needed/,
  );
});

it.each([
  ["of more pixels than the limit", { width: 25_000, height: 25_000 }, /25000 x 25000 pixels, the limit is/],
  [
    "that holds more than its size, interlaced",
    { width: 8, height: 8, interlace: 1 },
    /more than the 79 bytes/,
  ],
  ["that holds more than its size", { width: 8, height: 8 }, /more than the 72 bytes/],
])("a small file of 600 MB of zeros %s costs no memory", async (_, size, expected) => {
  const folder = temporaryDirectory();
  const library = await alone(folder);
  const header = pngFile({ depth: 8, colour: 0, ...size }, new Uint8Array(0)).subarray(16, 29);
  const file = Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", await deflatedZeros(600)),
    chunk("IEND", new Uint8Array(0)),
  ]);
  expect(file.length).toBeLessThan(700_000);
  const path = join(folder, "bomb.png");
  writeFileSync(path, file);
  const grown = `const before = process.resourceUsage().maxRSS; const text = ${told};
    console.log(JSON.stringify({ text, grown: process.resourceUsage().maxRSS - before }))`;
  const { text, grown: kibibytes } = JSON.parse(run(library, grown, path));
  expect(text).toMatch(expected);
  expect(kibibytes).toBeLessThan(40 * 1024);
});

async function deflatedZeros(megabytes: number): Promise<Buffer> {
  const deflate = createDeflate();
  const zeros = Buffer.alloc(1_000_000);
  const parts: Buffer[] = [];
  deflate.on("data", (part: Buffer) => parts.push(part));
  for (let n = 0; n < megabytes; n++) {
    if (!deflate.write(zeros)) await new Promise((resolve) => deflate.once("drain", resolve));
  }
  deflate.end();
  await new Promise((resolve) => deflate.once("end", resolve));
  return Buffer.concat(parts);
}

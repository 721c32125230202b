import { cpSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exportBundle } from "@vaekit/export";
import { mlp, Vae } from "@vaekit/train";
import { zipSync } from "fflate";
import { expect, it, onTestFinished, vi } from "vitest";
import { smallBundle } from "../infer/small-bundle.ts";
import { temporaryDirectory } from "../support/data.ts";
import { get, post, serving } from "./support.ts";

const bundle = smallBundle();
const z = [0.3, -1, 2];

/** A server that looks often, of a copy of the bundle, and another version of it. */
async function start() {
  const directory = bundle.copy();
  const next = join(temporaryDirectory(), "next");
  await exportBundle(bundle.other, next, { samples: bundle.data.values });
  const notes: string[] = [];
  const server = await serving(`bars=${directory}`, { reload: 20, note: (line) => notes.push(line) });
  const decode = async () => {
    const { status, json } = await post(`${server.url}/decode`, { z });
    return { status, mean: status === 200 ? Float32Array.from(json.x_mean.flat(3)) : null };
  };
  const version = () => server.bundles[0]!.version;
  return { directory, next, notes, server, decode, version, before: version() };
}

it("serves a new version once it is whole, without a request lost", async () => {
  const { directory, next, notes, server, decode, version, before } = await start();
  let asking = true;
  const statuses = new Set<number>();
  const asked = (async () => {
    while (asking) statuses.add((await decode()).status);
  })();
  // The manifest first: until the graphs follow there is no whole bundle.
  cpSync(join(next, "vaekit.json"), join(directory, "vaekit.json"));
  await vi.waitFor(() => expect(notes).toHaveLength(1), { timeout: 60_000 });
  expect(version()).toBe(before);
  for (const file of ["decoder.onnx", "encoder.onnx", "scorer.onnx"]) {
    cpSync(join(next, file), join(directory, file));
  }
  await vi.waitFor(() => expect(version()).not.toBe(before), { timeout: 60_000 });
  asking = false;
  await asked;
  expect([...statuses]).toEqual([200]);
  expect(notes[0]).toMatch(
    /^bars: version \w{12} stays, since the new one cannot be served: .*(bytes expected|sha256)/,
  );
  expect(notes.at(-1)).toBe(`bars: version ${version()} is served now`);
  const { x_mean } = await (await bundle.load()).decode(Float32Array.from(z));
  expect((await decode()).mean).not.toBeAllClose(x_mean.data, { rtol: 1e-3, atol: 1e-2 });
  expect((await get(`${server.url}/v2/models/bars.decoder`)).json.versions).toEqual([version()]);
  expect((await get(`${server.url}/v2/models/bars.decoder/versions/${before}`)).status).toBe(404);
  const metrics = (await get(`${server.url}/metrics`)).json;
  expect(metrics).toContain('vaekit_bundle_reloads_total{bundle="bars",result="swapped"} 1');
  expect(metrics).toContain(`vaekit_bundle_info{bundle="bars",version="${version()}"} 1`);
  expect(metrics).not.toContain(before);
});

it("a directory that is swapped for another", async () => {
  const { directory, next, version, before } = await start();
  renameSync(directory, `${directory}-old`);
  renameSync(next, directory);
  onTestFinished(() => rmSync(`${directory}-old`, { recursive: true }));
  await vi.waitFor(() => expect(version()).not.toBe(before), { timeout: 60_000 });
});

it.each<[string, (directory: string) => void | Promise<void>, RegExp]>([
  ["a manifest that is none", (place) => writeFileSync(join(place, "vaekit.json"), "{"), /not JSON/],
  ["no bundle any more", (place) => rmSync(join(place, "vaekit.json")), /no vaekit.json there/],
  [
    "a damaged graph",
    (place) => {
      const path = join(place, "vaekit.json");
      writeFileSync(path, readFileSync(path, "utf8").replaceAll(/("sha256":\s*)"\w{4}/g, '$1"0000'));
    },
    /sha256/,
  ],
  [
    "a model of other shapes",
    async (place) => {
      const wider = new Vae(mlp({ shape: bundle.data.shape, latent: 5, hidden: [8] }), bundle.data, 3);
      await exportBundle(wider, place, { samples: bundle.data.values, force: true });
      wider.dispose();
    },
    /other inputs or outputs/,
  ],
])("%s: said once, the old version serves on", async (_, change, reason) => {
  const { directory, notes, decode, version, before } = await start();
  const { mean } = await decode();
  await change(directory);
  await vi.waitFor(() => expect(notes).not.toEqual([]), { timeout: 60_000 });
  expect(notes).toEqual([expect.stringMatching(reason)]);
  expect(version()).toBe(before);
  expect(await decode()).toEqual({ status: 200, mean });
});

it("a manifest that was only touched is no new version", async () => {
  const { directory, notes, version, before } = await start();
  utimesSync(join(directory, "vaekit.json"), new Date(), new Date(Date.now() + 5000));
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(version()).toBe(before);
  expect(notes).toEqual([]);
});

it("a .zip is served under its name without the ending, and looked at as a directory is", async () => {
  const pack = (directory: string) =>
    zipSync(
      Object.fromEntries(
        ["vaekit.json", "decoder.onnx", "encoder.onnx", "scorer.onnx"].map((file) => [
          file,
          readFileSync(join(directory, file)),
        ]),
      ),
      { level: 0 },
    );
  const folder = temporaryDirectory();
  const path = join(folder, "bars.zip");
  writeFileSync(path, pack(bundle.directory));
  const { url, bundles } = await serving(path, { reload: 20 });
  const { name, version } = bundles[0]!;
  expect(name).toBe("bars");
  const next = join(folder, "next");
  await exportBundle(bundle.other, next, { samples: bundle.data.values });
  writeFileSync(join(folder, "new.zip"), pack(next));
  renameSync(join(folder, "new.zip"), path);
  const info = async () => (await get(`${url}/v2/models/bars.decoder`)).json.versions[0];
  await vi.waitFor(async () => expect(await info()).not.toBe(version), { timeout: 60_000 });
});

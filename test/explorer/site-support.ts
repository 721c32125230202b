import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SiteManifest, type SiteOptions, siteFiles } from "@vaekit/explorer";
import { exportBundle } from "@vaekit/export";
import { decodeTensors, openBundle, type StoredTensor } from "@vaekit/infer";
import { conditionOn, mlp, Vae } from "@vaekit/train";
import { afterAll, beforeAll } from "vitest";
import { labelledBars } from "../infer/export-small.ts";

export const rows = 60;
export const data = labelledBars(rows);
const { shape } = data;
const hidden = [16];

const models = {
  one: () => mlp({ shape, latent: 1, hidden }),
  two: () => mlp({ shape, latent: 2, hidden }),
  three: () => mlp({ shape, latent: 3, hidden }),
  five: () => mlp({ shape, latent: 5, hidden }),
  labels: () => mlp({ shape, latent: 4, hidden, condition: conditionOn(data, "labels") }),
  columns: () => mlp({ shape, latent: 4, hidden, condition: conditionOn(data, ["brightness"]) }),
  mixture: () => mlp({ shape, latent: 4, hidden, prior: { kind: "mixture", components: 4 } }),
  /** The same with examples. */
  clustered: () => mlp({ shape, latent: 4, hidden, prior: { kind: "mixture", components: 4 } }),
};
const withExamples: ModelName[] = ["one", "two", "three", "five", "clustered"];
export type ModelName = keyof typeof models;

/** Untrained models of bars, exported for the file that calls this; some with the codes and pictures of 60 examples. */
export function siteBundles(...names: ModelName[]) {
  const folder = mkdtempSync(join(tmpdir(), "vaekit-site-"));
  beforeAll(async () => {
    for (const name of names) {
      const vae = new Vae(models[name](), data, 7);
      const index = Int32Array.from({ length: rows }, (_, i) => i);
      const reference = { examples: data.values, index, labels: data.labels ?? undefined, pictures: true };
      await exportBundle(vae, join(folder, name), withExamples.includes(name) ? { reference } : {});
      vae.dispose();
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const path = (name: string) => join(folder, name);
  const made = new Map<string, Promise<Site>>();
  return {
    folder,
    path,
    source: (name: ModelName) => openBundle(path(name)),
    /** The site of these options, which all that ask for it share: change nothing of it. */
    deploy(name: ModelName, options: SiteOptions = {}): Promise<Site> {
      const deployed = async () => readSite(await siteFiles(await openBundle(path(name)), options));
      if (options.examples) return deployed();
      const key = JSON.stringify([name, options]);
      const site = made.get(key) ?? deployed();
      made.set(key, site);
      return site;
    },
  };
}

export interface Site {
  files: Map<string, Uint8Array>;
  html: string;
  site: SiteManifest;
  tensors: Record<string, StoredTensor>;
}

export function readSite(files: Map<string, Uint8Array>): Site {
  const html = textOf(files.get("index.html"));
  const site = siteIn(html);
  const tensors = decodeTensors(files.get(site.reference.file)!, "map").tensors;
  return { files, html, site, tensors };
}

export function siteIn(html: string): SiteManifest {
  return JSON.parse(html.match(/<script type="application\/json" id="site">(.*?)<\/script>/s)![1]!);
}

export const textOf = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

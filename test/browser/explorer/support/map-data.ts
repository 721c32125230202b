import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { SiteManifest } from "@vaekit/explorer";
import { decodeTensors } from "@vaekit/infer";
import type { Page } from "playwright-core";

/** Of the flat plot: what is left free around the points. */
const margin = 0.94;

/** A deployed map's numbers, read from the site's files, and where they are on its surface. */
export function mapData(folder: string) {
  const page = readFileSync(join(folder, "index.html"), "utf8");
  const [, block] = page.match(/<script type="application\/json" id="site">([^<]*)</)!;
  const site = JSON.parse(block!) as SiteManifest;
  const file = site.reference.file;
  const { tensors } = decodeTensors(new Uint8Array(readFileSync(join(folder, file))), file);
  const numbers = (name: string) => tensors[name]!.data as Float32Array;
  const latent = site.reference.dimensions.length;
  const mu = numbers("mu");
  return {
    site,
    latent,
    mu,
    labels: tensors.labels?.data as Int32Array,
    codeOf: (row: number) => mu.slice(row * latent, (row + 1) * latent),
    /** [rows, dimensions] */
    placesOf: (name: string, dimensions: 2 | 3) =>
      numbers(site.reference.embeddings.find((e) => e.name === name && e.dimensions === dimensions)!.tensor),
    /** The mean of the codes of the six rows nearest on the map, by inverse squared distance. */
    shepard(places: Float32Array, at: readonly [number, number]): number[] {
      const near = Array.from({ length: places.length / 2 }, (_, row) => ({
        row,
        squared: (places[row * 2]! - at[0]) ** 2 + (places[row * 2 + 1]! - at[1]) ** 2,
      }))
        .sort((a, b) => a.squared - b.squared)
        .slice(0, 6);
      const total = near.reduce((sum, { squared }) => sum + 1 / squared, 0);
      return Array.from({ length: latent }, (_, i) =>
        near.reduce((sum, { row, squared }) => sum + mu[row * latent + i]! / squared / total, 0),
      );
    },
    /** The point of the plane of the first two principal components. */
    plane(at: readonly [number, number]): number[] {
      const [mean, components] = [numbers("pca.mean"), numbers("pca.components")];
      return Array.from(mean, (value, i) => value + at[0] * components[i]! + at[1] * components[latent + i]!);
    },
  };
}

/** The view of a flat map that was neither moved nor zoomed: the whole of it in the middle. */
export async function flatView(page: Page, places: Float32Array) {
  const surface = await page.locator(".map-surface").evaluate((element) => {
    const { left, top } = element.getBoundingClientRect();
    return { left, top, width: element.clientWidth, height: element.clientHeight };
  });
  const { left, top, width, height } = surface;
  const ends = [0, 1].map((k) => {
    const values = places.filter((_, i) => i % 2 === k);
    return { from: Math.min(...values), to: Math.max(...values) };
  });
  const [x, y] = ends.map(({ from, to }) => (from + to) / 2) as [number, number];
  const unit = Math.max(...ends.map(({ from, to }) => (to - from) / 2));
  const pixels = (margin * Math.min(width, height)) / 2 / unit;
  return {
    ...surface,
    /** Page pixels -> place on the map. */
    placeAt: (px: number, py: number): [number, number] => [
      x + (px - left - width / 2) / pixels,
      y - (py - top - height / 2) / pixels,
    ],
    /** Page pixels of a row. */
    pixelsOf: (row: number): [number, number] => [
      left + width / 2 + (places[row * 2]! - x) * pixels,
      top + height / 2 - (places[row * 2 + 1]! - y) * pixels,
    ],
    /** The row that is the farthest from all others on the screen, which a pointer means without doubt. */
    loneRow(rows: readonly number[]): number {
      const apart = (a: number, b: number) =>
        Math.hypot(places[a * 2]! - places[b * 2]!, places[a * 2 + 1]! - places[b * 2 + 1]!);
      const gap = (row: number) => {
        let least = Number.POSITIVE_INFINITY;
        for (let other = 0; other * 2 < places.length; other++)
          if (other !== row) least = Math.min(least, apart(row, other));
        return least;
      };
      return rows.reduce((best, row) => (gap(row) > gap(best) ? row : best));
    },
  };
}

/** How many pixels of the map's surface, as it is seen, are about of a colour "rgb(...)". */
export async function pixelsLike(page: Page, colour: string): Promise<number> {
  const shot = await page.locator(".map-surface").screenshot();
  return page.evaluate(
    async ({ png, colour }) => {
      const image = new Image();
      image.src = `data:image/png;base64,${png}`;
      await image.decode();
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [image.width, image.height];
      const context = canvas.getContext("2d")!;
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      const wanted = colour.match(/\d+/g)!.map(Number);
      let found = 0;
      for (let i = 0; i < data.length; i += 4)
        if (wanted.slice(0, 3).every((value, k) => Math.abs(data[i + k]! - value) < 30)) found++;
      return found;
    },
    { png: shot.toString("base64"), colour },
  );
}

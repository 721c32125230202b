import { readFile } from "node:fs/promises";
import { type FontMetrics, readMetrics } from "./font-metrics.js";
import { peerFile } from "./peers.js";
import { unpackWoff } from "./woff.js";

/** What stands in the SVG, which brings Roboto's glyphs along; the rest is for characters that Roboto lacks. */
export const fontFamily = "Roboto, Helvetica, Arial, sans-serif";

/** 400 regular, 500 medium: the two weights of all figures. */
export type FontWeight = 400 | 500;

export interface Font {
  weight: FontWeight;
  ttf: Uint8Array;
  metrics: FontMetrics;
}

let loaded: Promise<Record<FontWeight, Font>> | undefined;

/** Roboto as the package roboto-fontface has it, read once. @throws UsageError where it is not installed */
export function loadFonts(): Promise<Record<FontWeight, Font>> {
  loaded ??= readFonts().catch((error) => {
    loaded = undefined;
    throw error;
  });
  return loaded;
}

async function readFonts(): Promise<Record<FontWeight, Font>> {
  const [regular, medium] = await Promise.all([readFont(400, "Regular"), readFont(500, "Medium")]);
  return { 400: regular, 500: medium };
}

async function readFont(weight: FontWeight, style: string): Promise<Font> {
  const path = await peerFile("roboto-fontface", `fonts/roboto/Roboto-${style}.woff`);
  const ttf = unpackWoff(await readFile(path));
  return { weight, ttf, metrics: readMetrics(ttf) };
}

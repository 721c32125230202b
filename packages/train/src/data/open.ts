import { existsSync } from "node:fs";
import { DataError, UsageError } from "@vaekit/infer";
import { nearest } from "../choose.js";
import { sliceRows } from "./dataset.js";
import { fashionMnist } from "./fashion-mnist.js";
import { readIdxImages } from "./idx-images.js";
import { mnist } from "./mnist.js";
import type { NamedSource, Split } from "./named.js";
import { shapesSource } from "./shapes.js";
import type { Dataset } from "./types.js";

export const namedData: Readonly<Record<string, NamedSource>> = {
  mnist,
  "fashion-mnist": fashionMnist,
  shapes: shapesSource,
};

export interface OpenOptions {
  /** Which part of a named data set. Default "train". */
  split?: Split;
  /** Keep the first examples only. Default: all. */
  limit?: number;
}

/**
 * Open data by name (`mnist`, `fashion-mnist`, `shapes`, with `:test` for the test part) or by the path of an IDX file.
 * @throws DataError when there is no such data or the file cannot be used
 */
export async function openData(source: string, { split, limit }: OpenOptions = {}): Promise<Dataset> {
  if (limit !== undefined && !(Number.isInteger(limit) && limit > 0)) {
    throw new UsageError(`limit must be a positive integer, got ${limit}`);
  }
  const data = await open(source, split);
  return limit === undefined || limit >= data.count ? data : sliceRows(data, 0, limit);
}

async function open(source: string, split?: Split): Promise<Dataset> {
  const [name = "", part = split ?? "train", ...rest] = source.split(":");
  const named = Object.hasOwn(namedData, name) ? namedData[name] : undefined;
  if (named) {
    if (rest.length > 0 || (part !== "train" && part !== "test")) {
      throw new UsageError(`${source}: the parts of ${name} are ${name}:train and ${name}:test`);
    }
    return named.open(part);
  }
  if (existsSync(source)) return readIdxImages(source);
  const names = Object.keys(namedData);
  const near = nearest(name, names);
  throw new DataError(
    `${source}: neither a file nor a named data set (${names.join(", ")}).${near ? ` Did you mean ${near}?` : ""} ` +
      "Give a name or the path of an IDX file.",
  );
}

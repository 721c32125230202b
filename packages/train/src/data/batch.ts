import type { Batch } from "../engine/types.js";
import { gatherConditions } from "../model/condition.js";
import type { Vae } from "../model/vae.js";
import { gatherRows } from "./dataset.js";
import type { Dataset } from "./types.js";

/** The rows at `indices` as a model takes them, conditions included. into: arrays to use again, of the same size */
export function gatherBatch(vae: Vae, data: Dataset, indices: ArrayLike<number>, into?: Batch): Batch {
  const rows = indices.length;
  const { features, condition, conditions } = vae;
  const x = gatherRows(data, indices, into?.x ?? new Uint8Array(rows * features));
  if (!condition) return { rows, x };
  const c = gatherConditions(data, condition, indices, into?.c ?? new Float32Array(rows * conditions));
  return { rows, x, c };
}

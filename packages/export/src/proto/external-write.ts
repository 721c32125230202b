import { basename } from "node:path";
import { writeAtomic } from "@vaekit/infer";
import type { Graph } from "../ir/graph.js";
import { type ModelOptions, modelMessage } from "./encode.js";
import { directoryOf, placeForExternal } from "./external-location.js";
import { onnx } from "./generated/onnx.js";
import { encodeProtoParts, type ModelMessage, messageLimit } from "./message.js";

export interface WriteOptions extends ModelOptions {
  /** Keep large constants in a file beside the model. Default: where the model would exceed protobuf's 2 GB. */
  externalData?: boolean;
  /** Bytes from which a constant goes there. Default 1024. */
  externalThreshold?: number;
}

export interface WrittenFile {
  path: string;
  bytes: number;
}

export interface WrittenModel {
  model: WrittenFile;
  /** null where all constants are inside the model. */
  data: WrittenFile | null;
}

/**
 * From 1 MiB on, constants start at multiples of 64 KiB: Windows maps files into memory in steps of that size, Linux
 * and macOS of 4 or 16 KiB, and ONNX Runtime's own writer does the same. It costs at most a sixteenth. Smaller ones
 * start at multiples of 64, a cache line, which every element type divides.
 */
const alignments = { large: 2 ** 20, step: 2 ** 16, small: 64 } as const;

/**
 * Write a graph as an ONNX file; its weights are written from where they lie, never copied as a whole. Weights beside
 * the model go to `<file>.data`, equal ones once. Both files are written atomically, the weights first.
 * @throws ModelError where the place of the weights is a link or no file; DataError where it cannot be written
 */
export async function writeModel(
  path: string,
  graph: Graph,
  options: WriteOptions = {},
): Promise<WrittenModel> {
  return writeProto(path, modelMessage(graph, options), options);
}

/** The same for a model's message. The message is changed: what is external becomes so in it. */
export async function writeProto(
  path: string,
  model: ModelMessage,
  { externalData, externalThreshold = 1024 }: Pick<WriteOptions, "externalData" | "externalThreshold"> = {},
): Promise<WrittenModel> {
  const tensors = model.graph?.initializer ?? [];
  const size = tensors.reduce((sum, { raw_data }) => sum + (raw_data?.length ?? 0), 0);
  // A tenth for all else that a model holds.
  if (!(externalData ?? size > 0.9 * messageLimit))
    return { model: await write(path, encodeProtoParts(model)), data: null };
  const location = `${basename(path)}.data`;
  const place = await placeForExternal(directoryOf(path), location, path);
  const parts = moveOut(tensors, externalThreshold, location);
  const modelParts = encodeProtoParts(model);
  const data = parts.length > 0 ? await write(place, parts) : null;
  return { model: await write(path, modelParts), data };
}

async function write(path: string, parts: readonly Uint8Array[]): Promise<WrittenFile> {
  await writeAtomic(path, ...parts);
  return { path, bytes: parts.reduce((sum, { length }) => sum + length, 0) };
}

/** Let tensors point into the file at `location`; returns that file in parts, which share the tensors' memory. */
function moveOut(
  tensors: readonly onnx.TensorProto.$Properties[],
  threshold: number,
  location: string,
): Uint8Array[] {
  const stored = new StoredOnce();
  const parts: Uint8Array[] = [];
  let end = 0;
  for (const tensor of tensors) {
    const bytes = tensor.raw_data;
    if (!bytes || bytes.length < threshold || bytes.length === 0) continue;
    let offset = stored.find(bytes);
    if (offset === undefined) {
      const step = bytes.length >= alignments.large ? alignments.step : alignments.small;
      offset = Math.ceil(end / step) * step;
      if (offset > end) parts.push(new Uint8Array(offset - end));
      parts.push(bytes);
      stored.add(bytes, offset);
      end = offset + bytes.length;
    }
    delete tensor.raw_data;
    tensor.data_location = onnx.TensorProto.DataLocation.EXTERNAL;
    tensor.external_data = Object.entries({ location, offset, length: bytes.length }).map(([key, value]) => ({
      key,
      value: `${value}`,
    }));
  }
  return parts;
}

/** Where bytes were stored. Equal length first, then memory: most that differ do so in their first bytes. */
class StoredOnce {
  private readonly byLength = new Map<number, { bytes: Uint8Array; offset: number }[]>();

  find(bytes: Uint8Array): number | undefined {
    return this.byLength.get(bytes.length)?.find((entry) => same(entry.bytes, bytes))?.offset;
  }

  add(bytes: Uint8Array, offset: number): void {
    const entries = this.byLength.get(bytes.length);
    if (entries) entries.push({ bytes, offset });
    else this.byLength.set(bytes.length, [{ bytes, offset }]);
  }
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return (a.buffer === b.buffer && a.byteOffset === b.byteOffset) || Buffer.compare(a, b) === 0;
}

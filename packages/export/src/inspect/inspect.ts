import { stat } from "node:fs/promises";
import { readProto } from "../proto/external-read.js";
import { decodeProto, type ModelMessage } from "../proto/message.js";
import { drawGraph } from "./draw.js";
import { graphText } from "./graph-text.js";
import { type ModelReport, reportOf } from "./report.js";

export interface Inspection {
  report: ModelReport;
  /** The graph as text, a line a node. */
  text(): string;
  /** The graph as a drawing. @throws ModelError for more nodes than can be drawn */
  svg(): string;
}

/**
 * Look into any ONNX file, by its path or bytes: it need not be one that vaekit could have written, or can run.
 * External data is looked for beside a file, and nothing of it is read.
 * @throws ModelError for what is no ONNX model, DataError for a file that cannot be read
 */
export async function inspectModel(source: string | Uint8Array): Promise<Inspection> {
  const path = typeof source === "string" ? source : null;
  const model: ModelMessage = typeof source === "string" ? await readProto(source) : decodeProto(source);
  const fileBytes = typeof source === "string" ? (await stat(source)).size : source.length;
  return {
    report: await reportOf(model, { path, fileBytes }),
    text: () => graphText(model),
    svg: () => drawGraph(model, path ?? "model"),
  };
}

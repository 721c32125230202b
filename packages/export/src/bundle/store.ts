import type { GraphName, Runtime, RuntimeTensor, Session } from "@vaekit/infer";
import { encodeModel, type ModelOptions } from "../proto/encode.js";
import { type VerifyReport, verify } from "../verify.js";
import { costLimit, type OutputCost, verifySmall } from "../weights/measure.js";
import type { WeightFormat, WeightReport } from "../weights/report.js";
import { storeWeights } from "../weights/store.js";
import type { BundleGraph } from "./graphs.js";

export interface StoreOptions extends ModelOptions {
  name: GraphName;
  weights: WeightFormat;
  /** Of the float32 graph against tfjs; with smaller weights, of those against the float32 graph. */
  tolerance?: number;
  /** Real inputs to verify on, by name. */
  samples: Readonly<Record<string, RuntimeTensor["data"]>>;
}

export interface StoredGraph {
  /** The model in float32. */
  full: Uint8Array;
  /** The model as the bundle has it. */
  bytes: Uint8Array;
  /** The float32 graph against tfjs. */
  verified: VerifyReport;
  /** What smaller weights did; null where they are float32. */
  small: { report: WeightReport; cost: OutputCost } | null;
}

/** One graph's model, verified in ONNX Runtime. @throws VerificationError */
export async function storeGraph(
  { fn, inputs, graph, draws, choices }: BundleGraph,
  runtime: Runtime,
  { name, weights, tolerance, samples, ...options }: StoreOptions,
): Promise<StoredGraph> {
  const full = encodeModel(graph, { name, ...options });
  if (weights === "fp32") {
    const verified = await withSession(runtime, full, (session) =>
      verify(fn, inputs, session, { tolerance, samples, draws, choices, name }),
    );
    return { full, bytes: full, verified, small: null };
  }
  const { graph: smaller, report } = storeWeights(graph, weights);
  const bytes = encodeModel(smaller, { name, ...options });
  const { verified, cost } = await withSession(runtime, full, (session) =>
    withSession(runtime, bytes, (small) =>
      verifySmall(fn, inputs, { full: session, small }, costLimit(weights), {
        tolerance,
        samples,
        draws,
        choices,
        name,
      }),
    ),
  );
  return { full, bytes, verified, small: { report, cost } };
}

async function withSession<T>(
  runtime: Runtime,
  model: Uint8Array,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await runtime.createSession(model);
  try {
    return await use(session);
  } finally {
    await session.dispose();
  }
}

import type { InferenceSession, Tensor } from "onnxruntime-node";
import { DisposedError } from "../errors.js";
import { arrayTypes, type DType } from "../nd-array.js";
import type { Feeds, Port, RuntimeTensor, Session } from "./types.js";

/** What onnxruntime-node and onnxruntime-web share: both build on onnxruntime-common. */
export interface Ort {
  Tensor: new (dtype: DType, data: RuntimeTensor["data"], shape: readonly number[]) => Tensor;
}

export function wrapSession(ort: Ort, session: InferenceSession): Session {
  let disposed = false;
  const tensors = (values: Feeds): Record<string, Tensor> => {
    const wrapped: Record<string, Tensor> = {};
    for (const name in values) {
      const { dtype, data, shape } = values[name]!;
      wrapped[name] = new ort.Tensor(dtype, data, shape);
    }
    return wrapped;
  };
  return {
    inputs: session.inputMetadata.map(port),
    outputs: session.outputMetadata.map(port),
    async run(feeds, fetches) {
      if (disposed) throw new DisposedError("run: this session was disposed; load the model again");
      const results = fetches
        ? await session.run(tensors(feeds), tensors(fetches))
        : await session.run(tensors(feeds));
      const outputs: Record<string, RuntimeTensor> = {};
      for (const name in results) {
        const { type, dims, data } = results[name]!;
        outputs[name] = { dtype: type as DType, shape: dims, data: data as RuntimeTensor["data"] };
      }
      return outputs;
    },
    async dispose() {
      if (disposed) return;
      disposed = true;
      await session.release();
    },
  };
}

function port(meta: InferenceSession.ValueMetadata): Port {
  if (!meta.isTensor || !(meta.type in arrayTypes)) {
    throw new Error(`the model's ${meta.name} is ${meta.isTensor ? meta.type : "not a tensor"}`);
  }
  return { name: meta.name, dtype: meta.type as DType, shape: meta.shape };
}

import * as tf from "@tensorflow/tfjs-core";

export interface CpuResult {
  shape: number[];
  dtype: tf.DataType;
  values: tf.BackendValues;
}

export type KernelInputs = tf.NamedTensorInfoMap | readonly tf.TensorInfo[];

/**
 * Run one kernel on tfjs's cpu backend, whichever backend is in use.
 * values: what each input holds
 * Returns null where that backend is not installed, lacks the kernel, or fails.
 */
export function runOnCpu(
  kernel: string,
  inputs: KernelInputs,
  attrs: object,
  values: (input: tf.TensorInfo) => tf.BackendValues,
): CpuResult | CpuResult[] | null {
  const backend = tf.engine().findBackend("cpu");
  const config = backend && tf.getKernel(kernel, "cpu");
  if (!config) return null;
  const dataIds = new Set<object>();
  const copy = (input: tf.TensorInfo): tf.TensorInfo => {
    const { shape, dtype } = input;
    const dataId = backend.write(values(input), shape, dtype);
    dataIds.add(dataId);
    return { dataId, shape, dtype };
  };
  const result = ({ dataId, shape, dtype }: tf.TensorInfo): CpuResult => {
    dataIds.add(dataId);
    return { shape, dtype, values: backend.readSync(dataId) };
  };
  try {
    const copies = Array.isArray(inputs)
      ? inputs.map(copy)
      : Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input && copy(input)]));
    const outputs = config.kernelFunc({
      inputs: copies as tf.NamedTensorInfoMap,
      backend,
      attrs: attrs as tf.NamedAttrMap,
    });
    return Array.isArray(outputs) ? outputs.map(result) : result(outputs);
  } catch {
    return null;
  } finally {
    for (const dataId of dataIds) backend.disposeData(dataId, true);
  }
}

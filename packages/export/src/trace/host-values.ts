import * as tf from "@tensorflow/tfjs-core";
import { type KernelInputs, runOnCpu } from "./cpu.js";

/** How a tensor was made: output `index` of a kernel. */
interface Recipe {
  kernel: string;
  inputs: KernelInputs;
  attrs: object;
  index: number;
}

/**
 * Values that a traced function may read on the host, because the inputs do not decide them: those made of constants
 * alone. Graph-models read what Shape, StridedSlice and Pack give them in order to reshape by it. They are computed on
 * tfjs's cpu backend when they are read, and not before.
 */
export class HostValues {
  private readonly known = new WeakMap<object, tf.BackendValues>();
  private readonly recipes = new WeakMap<object, Recipe>();

  /** A constant that the function made. */
  keep(dataId: object, values: tf.BackendValues): void {
    this.known.set(dataId, values);
  }

  /** A kernel that was recorded. */
  note(kernel: string, inputs: KernelInputs, attrs: object, outputs: tf.TensorInfo | tf.TensorInfo[]): void {
    [outputs].flat().forEach(({ dataId }, index) => {
      this.recipes.set(dataId, { kernel, inputs, attrs, index });
    });
  }

  /** A tensor's values, or null where an input of the graph, or a variable, decides them. */
  read(dataId: object): tf.BackendValues | null {
    const known = this.known.get(dataId);
    if (known) return known;
    const recipe = this.recipes.get(dataId);
    const values = recipe ? this.compute(recipe) : readElsewhere(dataId);
    if (values) this.known.set(dataId, values);
    return values;
  }

  private compute({ kernel, inputs, attrs, index }: Recipe): tf.BackendValues | null {
    const given = Object.values(inputs as tf.NamedTensorInfoMap).filter((input) => input != null);
    const values = new Map<tf.TensorInfo, tf.BackendValues>();
    for (const input of given) {
      const read = this.read(input.dataId);
      if (!read) return null;
      values.set(input, read);
    }
    const outputs = runOnCpu(kernel, inputs, attrs, (input) => values.get(input)!);
    return outputs && [outputs].flat()[index]!.values;
  }
}

/** Data on another backend, such as weights; a variable may change, so its values are no constants. */
function readElsewhere(dataId: object): tf.BackendValues | null {
  const engine = tf.engine();
  if (Object.values(engine.registeredVariables).some((variable) => variable.dataId === dataId)) return null;
  const home = engine.state.tensorInfo.get(dataId)?.backend;
  return home && home !== engine.backend ? home.readSync(dataId) : null;
}

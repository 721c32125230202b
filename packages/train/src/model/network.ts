import type { LayersModel, LayerVariable } from "@tensorflow/tfjs-layers";
import { withLayerScopes } from "@vaekit/export";
import { UsageError } from "@vaekit/infer";
import type { Parameter } from "../parameter.js";
import { layers, tf } from "../tfjs.js";

/** How a network is run. */
export interface Mode {
  training: boolean;
  /** Uniform noise for dropout, by the names that the network gave; only in training. */
  noise: Readonly<Record<string, tf.Tensor>>;
}

/** Without dropout, and with batch normalisation's moving statistics. */
export const inference: Mode = { training: false, noise: {} };

/** A network as tfjs functions over its variables. */
export interface Network {
  /** Changed by gradients. */
  readonly parameters: readonly Parameter[];
  /** Changed by `apply` in training: it assigns their next values (batch normalisation's moving statistics). */
  readonly buffers: readonly Parameter[];
  /** Uniform noise that it takes in training: the shape of a row's, by name. */
  readonly noise: Readonly<Record<string, readonly number[]>>;
  /** [batch, ...] each */
  apply(inputs: readonly tf.Tensor[], mode: Mode): tf.Tensor[];
  dispose(): void;
}

type Layer = LayersModel["layers"][number];

/** Layers that draw random numbers themselves, which no traced step can. */
const drawing = new Set(["GaussianNoise", "GaussianDropout", "AlphaDropout", "SpatialDropout1D"]);

/**
 * A LayersModel as a network; in a recording its operations carry the names of its layers. tfjs's dropout layers take
 * their noise from the mode. part: "encoder" or "decoder", the first part of all names.
 * @throws UsageError for layers that draw random numbers in another way
 */
export function layersNetwork(part: string, model: LayersModel): Network {
  const noise: Record<string, readonly number[]> = {};
  let mode: Mode = inference;
  for (const layer of model.layers) {
    const kind = layer.getClassName();
    if (drawing.has(kind)) {
      throw new UsageError(
        `${part}: layer ${layer.name} (${kind}) draws random numbers itself, so its step cannot be traced. Use dropout.`,
      );
    }
    if (kind !== "Dropout") continue;
    const { rate } = layer.getConfig() as { rate: number };
    if (rate === 0) continue;
    const name = `dropout/${part}/${layer.name}`;
    noise[name] = (layer.outputShape as (number | null)[]).slice(1) as number[];
    layer.call = (inputs) => {
      const x = Array.isArray(inputs) ? inputs[0]! : inputs;
      return mode.training ? dropout(x, mode.noise[name]!, rate) : tf.clone(x);
    };
  }
  return {
    parameters: named(part, model.layers, (layer) => layer.trainableWeights),
    buffers: named(part, model.layers, (layer) => layer.nonTrainableWeights),
    noise,
    apply(inputs, how) {
      mode = how;
      try {
        const outputs = withLayerScopes([model], () =>
          model.apply(inputs.length === 1 ? inputs[0]! : [...inputs], { training: how.training }),
        ) as tf.Tensor | tf.Tensor[];
        return Array.isArray(outputs) ? outputs : [outputs];
      } finally {
        mode = inference;
      }
    },
    dispose: () => void model.dispose(),
  };
}

/** Inverted dropout (Srivastava et al. 2014): what is kept is divided by the share that is. uniform: of x's size */
export function dropout(x: tf.Tensor, uniform: tf.Tensor, rate: number): tf.Tensor {
  const kept = tf.cast(tf.greaterEqual(tf.reshape(uniform, x.shape), rate), "float32");
  return tf.mul(x, tf.mul(kept, 1 / (1 - rate)));
}

/** tfjs makes its variables' names unique per process (`hidden_1/kernel_3`); ours follow the layers. */
function named(
  part: string,
  all: readonly Layer[],
  weightsOf: (layer: Layer) => readonly LayerVariable[],
): Parameter[] {
  return all.flatMap((layer) =>
    weightsOf(layer).map((weight) => ({
      name: `${part}/${layer.name}/${weight.originalName.split("/").at(-1)!.replace(/_\d+$/, "")}`,
      // LayerVariable keeps its tf.Variable in a protected field and offers only reads of its value.
      variable: (weight as unknown as { val: tf.Variable }).val,
    })),
  );
}

/** Whether it is one of tfjs's models, and no network of functions. */
export function isLayersModel(value: unknown): value is LayersModel {
  return value instanceof layers.LayersModel;
}

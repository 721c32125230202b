import * as tf from "@tensorflow/tfjs-core";

/** What tfjs-core names the scope around each op (ops/operation.ts), and scopes without a name (engine.ts). */
const opEnding = "__op";
const unnamed = "unnamed scope";

/** The named scopes that are open, outermost first, as `encoder/dense_1`: those of `tf.tidy(name, fn)` and of layers. */
export function currentScope(): string {
  const names = tf.engine().state.scopeStack.map(({ name }) => name);
  return names.filter((name) => name !== unnamed && !name.endsWith(opEnding)).join("/");
}

/** The part of a tfjs layer that naming its operations needs; models and wrappers hold further layers. */
export interface LayerLike {
  readonly name: string;
  call(...args: never[]): unknown;
  readonly layers?: readonly LayerLike[];
  readonly layer?: LayerLike;
  readonly cell?: LayerLike;
}

/** Run with a scope of its own name around each call of each of the layers, nested ones included. */
export function withLayerScopes<T>(layers: readonly LayerLike[], run: () => T): T {
  const wrapped = new Set<LayerLike>();
  const wrap = (layer: LayerLike) => {
    if (wrapped.has(layer)) return;
    wrapped.add(layer);
    const call = layer.call.bind(layer) as (...args: unknown[]) => tf.TensorContainer;
    Object.defineProperty(layer, "call", {
      configurable: true,
      value: (...args: unknown[]) => tf.tidy(layer.name, () => call(...args)),
    });
    for (const inner of [...(layer.layers ?? []), layer.layer, layer.cell]) if (inner) wrap(inner);
  };
  try {
    for (const layer of layers) wrap(layer);
    return run();
  } finally {
    for (const layer of wrapped) Reflect.deleteProperty(layer, "call");
  }
}

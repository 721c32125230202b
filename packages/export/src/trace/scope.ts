import * as tf from "@tensorflow/tfjs-core";

/** What tfjs-core names the scope around each op (ops/operation.ts), and scopes without a name (engine.ts). */
const opEnding = "__op";
const unnamed = "unnamed scope";

/** What tfjs-core names the scope around the function that a gradient is of (engine.ts). */
const forward = "forward";

/** The scope of the operation whose gradient is being computed. */
let gradientOf = "";

/**
 * The named scopes that are open, outermost first, as `encoder/dense_1`: those of `tf.tidy(name, fn)` and of layers. A
 * gradient is in the scope of what it is a gradient of, inside tfjs's own: `backward/encoder/dense_1`.
 */
export function currentScope(): string {
  const names = tf.engine().state.scopeStack.map(({ name }) => name);
  const open = names.filter((name) => name !== unnamed && !name.endsWith(opEnding));
  return [...open, ...(gradientOf ? [gradientOf] : [])].join("/");
}

type Gradients = Record<string, () => tf.Tensor>;

/** tfjs-core's engine as far as it notes what was computed, to go back through it (engine.ts, tape.ts). */
interface TapeKeeper {
  addTapeNode(...args: unknown[]): void;
  readonly state: { readonly activeTape: readonly { gradient?: (dys: tf.Tensor[]) => Gradients }[] };
}

/** Run with each gradient in the scope of its operation. */
export function withGradientScopes<T>(run: () => T): T {
  const engine = tf.engine() as unknown as TapeKeeper;
  const inScope = <R>(scope: string, compute: () => R): R => {
    const outer = gradientOf;
    gradientOf = scope;
    try {
      return compute();
    } finally {
      gradientOf = outer;
    }
  };
  const original = engine.addTapeNode;
  engine.addTapeNode = (...args) => {
    original.apply(engine, args);
    const names = currentScope().split("/");
    const scope = names.slice(names.lastIndexOf(forward) + 1).join("/");
    const node = engine.state.activeTape.at(-1);
    const gradient = node?.gradient;
    if (!gradient || !scope) return;
    // The gradient's parts run later: a tidy around them would dispose of what they share.
    node.gradient = (dys) => {
      const parts = Object.entries(inScope(scope, () => gradient(dys)));
      return Object.fromEntries(parts.map(([input, part]) => [input, () => inScope(scope, part)]));
    };
  };
  try {
    return run();
  } finally {
    Reflect.deleteProperty(engine, "addTapeNode");
  }
}

/** The part of a tfjs layer that naming its operations needs; models and wrappers hold further layers. */
export interface LayerLike {
  readonly name: string;
  call(...args: never[]): unknown;
  readonly layers?: readonly LayerLike[];
  readonly layer?: LayerLike;
  readonly cell?: LayerLike;
  readonly cells?: readonly LayerLike[];
  readonly forwardLayer?: LayerLike;
  readonly backwardLayer?: LayerLike;
}

/** Run with a scope of its own name around each call of each of the layers, nested ones included. */
export function withLayerScopes<T>(layers: readonly LayerLike[], run: () => T): T {
  const wrapped = new Map<LayerLike, PropertyDescriptor | undefined>();
  const wrap = (layer: LayerLike, outer?: LayerLike) => {
    if (wrapped.has(layer)) return;
    wrapped.set(layer, Object.getOwnPropertyDescriptor(layer, "call"));
    const call = layer.call.bind(layer) as (...args: unknown[]) => tf.TensorContainer;
    // The cell of a recurrent layer has its name, too.
    const named = (...args: unknown[]) => tf.tidy(layer.name, () => call(...args));
    Object.defineProperty(layer, "call", {
      configurable: true,
      value: layer.name === outer?.name ? call : named,
    });
    const { layers = [], cells = [], forwardLayer, backwardLayer } = layer;
    for (const inner of [...layers, ...cells, layer.layer, layer.cell, forwardLayer, backwardLayer]) {
      if (inner) wrap(inner, layer);
    }
  };
  try {
    for (const layer of layers) wrap(layer);
    return run();
  } finally {
    for (const [layer, own] of wrapped) {
      if (own) Object.defineProperty(layer, "call", own);
      else Reflect.deleteProperty(layer, "call");
    }
  }
}

export interface LayerEntry {
  className: string;
  name: string | undefined;
  /** Layers that it holds, where it is a model. */
  layers: readonly object[];
}

/** Where layers hold others: models, wrappers, RNNs. */
const innerKeys = ["layers", "layer", "cell", "cells", "forward_layer", "backward_layer"];

/** Every layer that a layers-model's topology holds: of models in models, and those within wrappers and RNNs. */
export function layersOf(topology: object): LayerEntry[] {
  const found: LayerEntry[] = [];
  const visit = (value: unknown) => {
    if (!isObject(value)) return;
    const { class_name: className, config } = value;
    const given = isObject(config) ? config : {};
    const inner = Array.isArray(config) ? config : innerKeys.flatMap((key) => given[key] ?? []);
    if (typeof className === "string") {
      const layers = Array.isArray(given.layers) ? given.layers.filter(isObject) : [];
      found.push({ className, name: typeof given.name === "string" ? given.name : undefined, layers });
    }
    for (const item of inner) visit(item);
  };
  visit((topology as { model_config?: object }).model_config ?? topology);
  return found;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

import { DataError } from "@vaekit/infer";

interface LayerConfig {
  class_name?: unknown;
  name?: unknown;
  config?: { name?: unknown; layers?: unknown };
  inbound_nodes?: unknown;
}

const damaged = "The file is damaged: save or convert the model again.";

/** Layers that have a node before any of the model's calls: inputs, and models within the model. */
const startWithNode = new Set(["InputLayer", "Model", "Functional", "Sequential"]);

/**
 * Check that each call in a functional model takes what another gives, without a circle: tfjs-layers tries calls for
 * which that is not so again and again and never ends (tfjs-layers 4.22, engine/container.ts, fromConfig).
 * @throws DataError that names the layers
 */
export function checkWiring(layers: readonly LayerConfig[], where: string): void {
  const nodes = new Map<string, number>();
  const waiting: { name: string; calls: unknown[][] }[] = [];
  for (const layer of layers) {
    const calls = Array.isArray(layer.inbound_nodes) ? layer.inbound_nodes.filter(Array.isArray) : [];
    const name = String(layer.name);
    if (calls.length > 0 && layer.config?.name !== layer.name) {
      throw new DataError(
        `${where}: a layer is named ${JSON.stringify(layer.name)} and ${JSON.stringify(layer.config?.name)}. ${damaged}`,
      );
    }
    nodes.set(name, startWithNode.has(String(layer.class_name)) ? 1 : 0);
    waiting.push({ name, calls: [...calls] as unknown[][] });
  }
  const isReady = (call: unknown[]) =>
    call.every((from) => {
      const [source, index = 0] = Array.isArray(from) ? from : [from];
      return (nodes.get(String(source)) ?? 0) > Number(index);
    });
  for (let progress = true; progress; ) {
    progress = false;
    for (const { name, calls } of waiting) {
      while (calls.length > 0 && isReady(calls[0]!)) {
        // tfjs-layers passes over a call without inputs: it makes no node.
        if (calls.shift()!.length > 0) nodes.set(name, nodes.get(name)! + 1);
        progress = true;
      }
    }
  }
  const stuck = waiting.filter(({ calls }) => calls.length > 0).map(({ name }) => name);
  if (stuck.length > 0) {
    throw new DataError(
      `${where}: the layers ${stuck.join(", ")} take the outputs of layers that the model does not have, or of each other ` +
        `in a circle. ${damaged}`,
    );
  }
}

import { DataError } from "@vaekit/infer";

interface LayerConfig {
  class_name?: unknown;
  name?: unknown;
  config?: { name?: unknown; layers?: unknown };
  inbound_nodes?: unknown;
}

/** Layers that have a node before any of the model's calls: inputs, and models within the model. */
const startWithNode = new Set(["InputLayer", "Model", "Functional", "Sequential"]);

/**
 * Check that each call in a functional model takes what another gives, without a circle: tfjs-layers tries such calls
 * again and again and never ends (tfjs-layers 4.22, engine/container.ts, fromConfig).
 * @throws DataError that names the layers
 */
export function checkWiring(layers: readonly LayerConfig[], where: string): void {
  const nodes = new Map<string, number>();
  const waiting: { name: string; calls: unknown[][] }[] = [];
  for (const layer of layers) {
    const name = String(layer.name ?? layer.config?.name);
    nodes.set(name, startWithNode.has(String(layer.class_name)) ? 1 : 0);
    const calls = Array.isArray(layer.inbound_nodes) ? layer.inbound_nodes.filter(Array.isArray) : [];
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
        calls.shift();
        nodes.set(name, nodes.get(name)! + 1);
        progress = true;
      }
    }
  }
  const stuck = waiting.filter(({ calls }) => calls.length > 0).map(({ name }) => name);
  if (stuck.length > 0) {
    throw new DataError(
      `${where}: the layers ${stuck.join(", ")} take the outputs of layers that the model does not have, or of each other ` +
        "in a circle. The file is damaged: save or convert the model again.",
    );
  }
}

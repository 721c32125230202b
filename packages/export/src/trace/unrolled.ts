import { staticShape, type Value } from "../ir/value.js";
import type { Recording } from "./unify.js";

/** What the examples in advice fix a size at. */
const exampleSize = 20;

/**
 * Advice where each step along one symbol adds the same number of operations: a loop over it, as tfjs-layers has for
 * recurrent layers. null where the numbers of operations have another reason.
 */
export function unrolledAdvice(recordings: readonly Recording[]): string | null {
  const [first] = recordings as [Recording];
  const symbol = Object.keys(first.sizes).find((name) => {
    const moved = recordings.map(({ sizes }) => sizes[name]! - first.sizes[name]!);
    const grown = recordings.map(({ graph }) => graph.nodes.length - first.graph.nodes.length);
    const far = moved.findIndex((step) => step !== 0);
    const each = grown[far]! / moved[far]!;
    return each >= 1 && grown.every((nodes, at) => nodes === each * moved[at]!);
  });
  if (!symbol) return null;
  const fixed = first.graph.inputs.flatMap((_, at) => shapeWithout(symbol, recordings, at) ?? []);
  return (
    `A loop over ${symbol} is unrolled, step by step, as tfjs-layers does it for LSTM, GRU, SimpleRNN and ` +
    `TimeDistributed: the graph holds for one number of steps only. Fix ${symbol}: ${fixed.join(" ")} ` +
    `(shapes, or ${exampleSize} in the input's shape).`
  );
}

/** `--shape input=batch,20,8`; null for an input that does not have the symbol. */
function shapeWithout(symbol: string, recordings: readonly Recording[], at: number): string | null {
  const inputs = recordings.map(({ graph }) => graph.inputs[at]!);
  const sizes = inputs.map(staticShape);
  const names = sizes[0]!.map((size, axis) => {
    const same = (name: string) =>
      recordings.every((recording, place) => recording.sizes[name] === sizes[place]![axis]);
    const fixed = sizes.every((shape) => shape[axis] === size);
    return fixed ? `${size}` : (Object.keys(recordings[0]!.sizes).find(same) ?? "size");
  });
  if (!names.includes(symbol)) return null;
  const shown = names.map((name) => (name === symbol ? exampleSize : name));
  return `--shape ${(inputs[0] as Value).name}=${shown.join(",")}`;
}

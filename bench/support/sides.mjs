import { availableParallelism } from "node:os";
import { encodeModel } from "@vaekit/export";
import { median } from "./table.mjs";

const [rounds, steps] = [3, 60];
const threads = availableParallelism();

/** A graph in a session, with numbers for its inputs: a function that runs it once. */
export async function runner(graph, load) {
  const session = await load(encodeModel(graph), { threads });
  const tensor = ({ dtype, shape }) => {
    const data = new (dtype === "uint8" ? Uint8Array : Float32Array)(shape.reduce((a, b) => a * b, 1));
    return {
      dtype,
      shape,
      data: data.map((_, i) => (dtype === "uint8" ? i % 256 : 0.01 + 0.01 * Math.abs(Math.sin(i)))),
    };
  };
  const feeds = Object.fromEntries(graph.inputs.map((input) => [input.name, tensor(input)]));
  const outputs = Object.fromEntries(graph.outputs.map(({ name, value }) => [name, tensor(value)]));
  session.hold([...Object.values(feeds), ...Object.values(outputs)]);
  return () => session.run(feeds, outputs);
}

/** Medians of all sides in milliseconds, a round of each after the other, the first round for warming up. */
export async function inTurns(sides) {
  const times = sides.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [i, side] of sides.entries()) {
      for (let step = 0; step < steps; step++) {
        const began = performance.now();
        await side();
        if (round > 0) times[i].push(performance.now() - began);
      }
    }
  }
  return times.map(median);
}

import type { EngineState } from "../engine/types.js";
import type { Vae } from "../model/vae.js";

/** The weights that a state says are to be used: the moving averages where it has some. */
export function weightsOf(vae: Vae, state: EngineState): Record<string, Float32Array> {
  return Object.fromEntries(
    vae.variables().map(({ name }) => [name, state[`ema/${name}`] ?? state[`weights/${name}`]!]),
  );
}

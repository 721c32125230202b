import type { Likelihood } from "./types.js";

/** Float32 pixels times float32 1/255 are off their level by less than this. */
const tolerance = 1e-6;

/** Values 0, 1 / (levels - 1), ..., 1, and no others. */
export function levelsSupport(levels: number): Likelihood["support"] {
  const last = levels - 1;
  return {
    includes(value) {
      const level = Math.round(value * last);
      return level >= 0 && level <= last && Math.abs(value - level / last) <= tolerance;
    },
    values: levels === 2 ? "0 and 1" : `the ${levels} levels 0, 1/${last}, 2/${last}, ..., 1`,
  };
}

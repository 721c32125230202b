import { z } from "zod";
import type { RateKind } from "./types.js";

export interface ConstantConfig {
  kind: "constant";
}

export const constant: RateKind<ConstantConfig> = {
  schema: z.strictObject({ kind: z.literal("constant") }),
  create: (_, { learningRate }) => ({ at: () => learningRate }),
};

import type { CheckedInput } from "../../input.js";

/** z [rows, latent] -> a picture for each row, checked. */
export type Decode = NonNullable<CheckedInput["decode"]>;

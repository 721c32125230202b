import type { Cases } from "./case.js";
import * as activation from "./cases/activation.js";
import * as arithmetic from "./cases/arithmetic.js";
import * as compare from "./cases/compare.js";
import * as matmul from "./cases/matmul.js";
import * as reduce from "./cases/reduce.js";
import * as shape from "./cases/shape.js";

/** What each lowering is tested with. A kernel without a row does not compile. */
export const cases: Cases = {
  ...activation.cases,
  ...arithmetic.cases,
  ...compare.cases,
  ...matmul.cases,
  ...reduce.cases,
  ...shape.cases,
};

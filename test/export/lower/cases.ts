import type { Cases } from "./case.ts";
import * as activation from "./cases/activation.ts";
import * as arithmetic from "./cases/arithmetic.ts";
import * as compare from "./cases/compare.ts";
import * as matmul from "./cases/matmul.ts";
import * as normalize from "./cases/normalize.ts";
import * as reduce from "./cases/reduce.ts";
import * as shape from "./cases/shape.ts";

/** What each lowering is tested with. A kernel without a row does not compile. */
export const cases: Cases = {
  ...activation.cases,
  ...arithmetic.cases,
  ...compare.cases,
  ...matmul.cases,
  ...normalize.cases,
  ...reduce.cases,
  ...shape.cases,
};

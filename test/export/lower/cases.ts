import type { Cases } from "./case.ts";
import * as activation from "./cases/activation.ts";
import * as arithmetic from "./cases/arithmetic.ts";
import * as compare from "./cases/compare.ts";
import * as convolution from "./cases/convolution.ts";
import * as division from "./cases/division.ts";
import * as einsum from "./cases/einsum.ts";
import * as gather from "./cases/gather.ts";
import * as indicator from "./cases/indicator.ts";
import * as matmul from "./cases/matmul.ts";
import * as normalize from "./cases/normalize.ts";
import * as pool from "./cases/pool.ts";
import * as reduce from "./cases/reduce.ts";
import * as resize from "./cases/resize.ts";
import * as scan from "./cases/scan.ts";
import * as scatter from "./cases/scatter.ts";
import * as segment from "./cases/segment.ts";
import * as shape from "./cases/shape.ts";
import * as sort from "./cases/sort.ts";
import * as sparse from "./cases/sparse.ts";
import * as spatial from "./cases/spatial.ts";
import * as stride from "./cases/stride.ts";
import * as trigonometry from "./cases/trigonometry.ts";

/** What each lowering is tested with. A kernel without a row does not compile. */
export const cases: Cases = {
  ...activation.cases,
  ...arithmetic.cases,
  ...compare.cases,
  ...convolution.cases,
  ...matmul.cases,
  ...normalize.cases,
  ...pool.cases,
  ...reduce.cases,
  ...resize.cases,
  ...shape.cases,
  ...stride.cases,
  ...sparse.cases,
  ...einsum.cases,
  ...sort.cases,
  ...scan.cases,
  ...segment.cases,
  ...indicator.cases,
  ...scatter.cases,
  ...gather.cases,
  ...division.cases,
  ...trigonometry.cases,
  ...spatial.cases,
};

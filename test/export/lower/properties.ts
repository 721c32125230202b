import * as compare from "./properties/compare.ts";
import type { Properties } from "./properties/draw.ts";
import * as elementwise from "./properties/elementwise.ts";
import * as indexing from "./properties/indexing.ts";
import * as order from "./properties/order.ts";
import * as product from "./properties/product.ts";
import * as reduce from "./properties/reduce.ts";
import * as shape from "./properties/shape.ts";

/** Random uses of each lowered kernel that is not for pictures. A kernel without a row does not compile. */
export const properties: Properties = {
  ...compare.properties,
  ...elementwise.properties,
  ...indexing.properties,
  ...order.properties,
  ...product.properties,
  ...reduce.properties,
  ...shape.properties,
};

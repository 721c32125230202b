import type { Check } from "../case.js";
import { codes } from "./codes.js";
import { ignored, nothingLearned } from "./ignored.js";
import { inactive } from "./inactive.js";
import { scale } from "./scale.js";
import { structure } from "./structure.js";
import { unfinished, unstable } from "./training.js";

/** Gravest first: what one finds explains what the next would say, and those then say nothing. */
export const checks: readonly Check[] = [
  ignored,
  nothingLearned,
  scale,
  structure,
  unstable,
  unfinished,
  codes,
  inactive,
];

import type { Check } from "../case.js";
import { codes } from "./codes.js";
import { conditionUnused } from "./condition.js";
import { ignored, nothingLearned } from "./ignored.js";
import { inactive } from "./inactive.js";
import { scale } from "./scale.js";
import { structure } from "./structure.js";
import { overfitting, unfinished, unstable } from "./training.js";
import { averageLags, untrained } from "./untrained.js";

/** Gravest first: what one finds explains what the next would say, and those then say nothing. */
export const checks: readonly Check[] = [
  averageLags,
  untrained,
  ignored,
  nothingLearned,
  scale,
  overfitting,
  structure,
  unstable,
  unfinished,
  codes,
  conditionUnused,
  inactive,
];

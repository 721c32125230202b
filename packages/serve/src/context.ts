import type { Admission } from "./batching/admission.js";
import type { ServedBundle } from "./bundle/bundle.js";

/** What all routes share. */
export interface Context {
  readonly bundles: readonly ServedBundle[];
  readonly admission: Admission;
  /** Most rows of one request. */
  readonly largestRequest: number;
  /** Set once the server stops: it is not ready for more. */
  draining: boolean;
}

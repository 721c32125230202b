export const bundleFormat = "vaekit-bundle";
/** The newest version that this vaekit reads and writes. */
export const bundleVersion = 2;
export const manifestName = "vaekit.json";
/** The graphs of every bundle. */
export const graphNames = ["encoder", "decoder", "scorer"] as const;
/** `prior` only where the prior is another than the standard normal. */
export type GraphName = (typeof graphNames)[number] | "prior";
/** Something for each graph of a bundle. */
export type PerGraph<T> = Record<(typeof graphNames)[number], T> & { prior?: T };

/** The one prior that needs no graph to be drawn from: z = eps. */
export const standardNormal = "standard-normal";

/** The graphs that a bundle has, in the order in which data go through them. */
export function graphsOf({ prior }: { prior: { graph: boolean } }): GraphName[] {
  return prior.graph ? [...graphNames, "prior"] : [...graphNames];
}

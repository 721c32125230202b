import { type Figure, plain } from "./figure.js";
import type { Survey } from "./survey.js";
import type { EvaluatedModel } from "./types.js";

/** Which codes of a codebook the examples use. */
export interface CodebookFigures {
  /** exp of the entropy of the codes' frequencies: 1 for one code alone, the number of codes for all alike. */
  perplexity: Figure;
  used: Figure;
  codes: number;
  /** Codes per example. */
  groups: number;
}

/** Codes are told apart by their values: z of an example is made of them. */
export function codebookFigures(
  { prior, latent }: EvaluatedModel,
  { z, logPz }: Survey,
  about: string,
): CodebookFigures {
  const groups = prior.uniforms;
  const dimension = latent / groups;
  const codes = Math.round(Math.exp(-logPz[0]! / groups));
  const counts = new Map<string, number>();
  for (let start = 0; start < z.values.length; start += dimension) {
    const key = z.values.subarray(start, start + dimension).join();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const total = z.rows * groups;
  let entropy = 0;
  for (const count of counts.values()) entropy -= (count / total) * Math.log(count / total);
  const protocol = `over ${total} codes of ${z.rows} examples; ${about}`;
  const unit = `of ${codes} codes`;
  return {
    perplexity: plain(Math.exp(entropy), z.rows, {
      unit,
      better: "higher",
      protocol: `exp of the entropy of the codes' frequencies ${protocol}`,
    }),
    used: plain(counts.size, z.rows, { unit, better: "higher", protocol: `different codes ${protocol}` }),
    codes,
    groups,
  };
}

import { areaUnderCurve } from "../../../move/area-under-curve.js";
import { fitLogistic } from "../../../move/logistic.js";
import { Random } from "../../../random.js";
import type { Rows } from "../../../rows.js";
import { takeRows } from "../../../sample-rows.js";
import type { Task } from "../../../task.js";

/** Parts that are held out in turn, each with as many rows of both kinds. */
export const folds = 5;
/** Rows of each kind: the area does not depend on how many of them there are. Fewer of many dimensions, for a fit takes their square. */
const [mostOfKind, leastOfKind, work] = [2500, 500, 1e7];
/** Weight of |w|^2 / 2 against the summed log loss, on standardised columns: low, or narrow gaps between long groups go unseen. */
const regularization = 1e-3;

/**
 * How well a flat boundary tells rows from others that it was not fitted to: the area under the ROC curve, mean over the folds; 0.5 by
 * chance. Logistic regression finds a boundary wherever there is one; the difference of the means need not.
 */
export function* crossValidated(
  points: Rows,
  members: readonly number[],
  rest: readonly number[],
  seed: number,
): Task<number> {
  const latent = points.shape[1]!;
  const random = new Random(seed);
  const most = Math.max(leastOfKind, Math.min(mostOfKind, Math.floor(work / latent ** 2)));
  const [with_, without] = [members, rest].map((rows) =>
    Array.from(random.choose(Math.min(rows.length, most), rows.length), (i) => rows[i]!),
  ) as [number[], number[]];
  let auc = 0;
  for (let fold = 0; fold < folds; fold++) {
    yield { stage: "directions", done: fold, total: folds };
    const held = (rows: number[]) => rows.filter((_, i) => i % folds === fold);
    const kept = (rows: number[]) => rows.filter((_, i) => i % folds !== fold);
    const train = sideBySide(points, kept(with_), kept(without));
    const test = sideBySide(points, held(with_), held(without));
    const { weights, bias } = fitLogistic(train.data, latent, train.truth, regularization);
    const scores = Float64Array.from(test.truth, (_, i) =>
      weights.reduce((sum, weight, j) => sum + weight * test.data[i * latent + j]!, bias),
    );
    auc += areaUnderCurve(scores, test.truth) / folds;
  }
  return auc;
}

function sideBySide(points: Rows, members: number[], rest: number[]) {
  const { data } = takeRows(points, [...members, ...rest]);
  const truth = new Uint8Array(members.length + rest.length).fill(1, 0, members.length);
  return { data, truth };
}

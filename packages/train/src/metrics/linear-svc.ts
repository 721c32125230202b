/** A line that parts two classes on one axis: the sign of weight x + intercept. */
export interface Line {
  weight: number;
  intercept: number;
}

const mostSteps = 100;

/**
 * Linear support vector machine on one feature with the squared hinge loss: the minimum over w, b of
 * (w^2 + b^2) / 2 + sum_i cost_i max(0, 1 - y_i (w x_i + b))^2, y_i = +-1, the intercept penalised as LIBLINEAR does
 * (Fan et al. 2008; scikit-learn's LinearSVC). By Newton's method: the function is convex, its gradient piecewise linear.
 *
 * x [n]; positive [n], 1 for the class; costs: of an example of the class, and of the rest
 */
export function fitLine(
  x: Float64Array,
  positive: Uint8Array,
  costs: { positive: number; rest: number },
): Line {
  let [weight, intercept] = [0, 0];
  const loss = (w: number, b: number) => {
    let total = (w * w + b * b) / 2;
    for (let i = 0; i < x.length; i++) {
      const slack = 1 - (positive[i] ? 1 : -1) * (w * x[i]! + b);
      if (slack > 0) total += (positive[i] ? costs.positive : costs.rest) * slack * slack;
    }
    return total;
  };
  let before = loss(0, 0);
  for (let step = 0; step < mostSteps; step++) {
    // Gradient (gw, gb) and Hessian (hww, hwb, hbb) over the examples within the margin.
    let [gw, gb, hww, hwb, hbb] = [weight, intercept, 1, 0, 1];
    for (let i = 0; i < x.length; i++) {
      const sign = positive[i] ? 1 : -1;
      const slack = 1 - sign * (weight * x[i]! + intercept);
      if (slack <= 0) continue;
      const cost = 2 * (positive[i] ? costs.positive : costs.rest);
      gw -= cost * sign * slack * x[i]!;
      gb -= cost * sign * slack;
      hww += cost * x[i]! * x[i]!;
      hwb += cost * x[i]!;
      hbb += cost;
    }
    const determinant = hww * hbb - hwb * hwb;
    const dw = (hbb * gw - hwb * gb) / determinant;
    const db = (hww * gb - hwb * gw) / determinant;
    let rate = 1;
    let after = loss(weight - dw, intercept - db);
    while (after > before && rate > 1e-10) {
      rate /= 2;
      after = loss(weight - rate * dw, intercept - rate * db);
    }
    if (!(after < before)) break;
    weight -= rate * dw;
    intercept -= rate * db;
    before = after;
  }
  return { weight, intercept };
}

/** One line per class against the rest; two classes need one line only. */
export interface Classifier {
  lines: readonly Line[];
  predict(x: number): number;
}

/**
 * One-against-rest classifier on one feature with balanced class weights n / (classes n_c), which as in LIBLINEAR
 * multiply the cost of the class but, with more than two, not of the rest.
 *
 * x [n]; labels [n], whole numbers below `classes`, each of which occurs. cost: LinearSVC's C
 */
export function fitClassifier(
  x: Float64Array,
  labels: Int32Array,
  classes: number,
  cost: number,
): Classifier {
  const counts = new Float64Array(classes);
  for (const label of labels) counts[label]!++;
  const balanced = (label: number) => (cost * x.length) / (classes * counts[label]!);
  const line = (label: number, rest: number) => {
    const positive = Uint8Array.from(labels, (own) => Number(own === label));
    return fitLine(x, positive, { positive: balanced(label), rest });
  };
  if (classes === 2) {
    const only = line(1, balanced(0));
    return { lines: [only], predict: (at) => Number(only.weight * at + only.intercept > 0) };
  }
  const lines = Array.from({ length: classes }, (_, label) => line(label, cost));
  const predict = (at: number) => {
    let best = 0;
    for (let label = 1; label < classes; label++) {
      if (decide(lines[label]!, at) > decide(lines[best]!, at)) best = label;
    }
    return best;
  };
  return { lines, predict };
}

function decide({ weight, intercept }: Line, at: number): number {
  return weight * at + intercept;
}

/** What a row's entropy may differ from ln(perplexity), in nats. */
const tolerance = 1e-8;

/**
 * Probabilities p(j|i) of the neighbours of rows `from` .. `to` - 1, Gaussians of squared distances whose width gives each row the
 * wanted perplexity, e^entropy (van der Maaten & Hinton 2008, eq. 1): Newton steps on the precision, halving where they leave the bracket.
 *
 * distance [rows, stride] Euclidean, of which the first `count` of each row count -> probability [rows, count]; each row sums to 1.
 * A row that has more neighbours at its smallest distance than the perplexity gets these alone, alike.
 */
export function conditionalProbabilities(
  distance: Float32Array,
  stride: number,
  count: number,
  from: number,
  to: number,
  perplexity: number,
  probability: Float64Array,
): void {
  const wanted = Math.log(perplexity);
  const squares = new Float64Array(count);
  for (let i = from; i < to; i++) {
    const at = i * count;
    let least = Number.POSITIVE_INFINITY;
    let total = 0;
    for (let k = 0; k < count; k++) {
      const square = distance[i * stride + k]! ** 2;
      squares[k] = square;
      total += square;
      if (square < least) least = square;
    }
    for (let k = 0; k < count; k++) squares[k]! -= least;
    const mean = total / count - least;
    if (mean === 0) {
      probability.fill(1 / count, at, at + count);
      continue;
    }
    let low = 0;
    let high = Number.POSITIVE_INFINITY;
    let precision = 1 / mean;
    for (let step = 0; step < 100; step++) {
      let sum = 0;
      let first = 0;
      let second = 0;
      for (let k = 0; k < count; k++) {
        const square = squares[k]!;
        const weight = Math.exp(-precision * square);
        probability[at + k] = weight;
        sum += weight;
        first += weight * square;
        second += weight * square * square;
      }
      first /= sum;
      const difference = Math.log(sum) + precision * first - wanted;
      for (let k = 0; k < count; k++) probability[at + k]! /= sum;
      if (Math.abs(difference) <= tolerance) break;
      if (difference > 0) low = precision;
      else high = precision;
      // The entropy falls with the precision, at precision x variance of the squares.
      const slope = precision * (second / sum - first * first);
      const newton = precision + difference / slope;
      if (newton > low && newton < high && newton < precision * 8) precision = newton;
      else precision = high === Number.POSITIVE_INFINITY ? precision * 4 : (low + high) / 2;
    }
  }
}

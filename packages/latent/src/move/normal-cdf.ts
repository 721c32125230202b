/** (2 pi)^(1/2) */
export const rootTwoPi = 2.5066282746310002;
/** Where the rational approximation hands over to the continued fraction, in standard deviations. */
const tail = 7.07106781186547;

/** Phi(x), the standard normal's distribution function, to 1e-14, far tails to 1e-8 of themselves (Hart 1968; West 2005, "Better approximations to cumulative normal functions"). */
export function normalCdf(x: number): number {
  const t = Math.abs(x);
  const upper = t > 38 ? 0 : Math.exp(-0.5 * t * t) * (t < tail ? rational(t) : continued(t));
  return x > 0 ? 1 - upper : upper;
}

function rational(t: number): number {
  const above =
    (((((0.0352624965998911 * t + 0.700383064443688) * t + 6.37396220353165) * t + 33.912866078383) * t +
      112.079291497871) *
      t +
      221.213596169931) *
      t +
    220.206867912376;
  const below =
    ((((((0.0883883476483184 * t + 1.75566716318264) * t + 16.064177579207) * t + 86.7807322029461) * t +
      296.564248779674) *
      t +
      637.333633378831) *
      t +
      793.826512519948) *
      t +
    440.413735824752;
  return above / below;
}

function continued(t: number): number {
  return 1 / ((t + 1 / (t + 2 / (t + 3 / (t + 4 / (t + 0.65))))) * rootTwoPi);
}

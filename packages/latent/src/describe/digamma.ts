/** psi(1) = -Euler's constant. */
const first = -0.5772156649015329;

/** psi(m) at entry m, for the integers 1 .. most: psi(m + 1) = psi(m) + 1 / m. Entry 0 is not used. */
export function digammas(most: number): Float64Array {
  const table = new Float64Array(most + 1);
  table[1] = first;
  for (let m = 1; m < most; m++) table[m + 1] = table[m]! + 1 / m;
  return table;
}

/** Less than this of a row adds nothing that float64 could tell. */
const negligible = 1e-20;

/** Sums over rows weighted by responsibility, about reference points near the means so that little cancels. */
export class Moments {
  /** Rows of each component. */
  readonly mass: Float64Array;
  /** Of x - reference, [components, latent]. */
  readonly first: Float64Array;
  /** Of (x - reference)(x - reference)^T: lower triangles [components, latent, latent], or diagonals [components, latent], or none. */
  readonly second: Float64Array;
  /** Of the rows' own variances, [components, latent]. */
  readonly spread: Float64Array;
  private readonly differences: Float64Array;
  private readonly shares = new Float64Array(4);

  constructor(
    readonly components: number,
    readonly latent: number,
    /** [components, latent] */
    readonly references: Float64Array,
    private readonly order: "outer" | "squares" | "none",
  ) {
    const size = components * latent;
    this.mass = new Float64Array(components);
    this.first = new Float64Array(size);
    this.second = new Float64Array({ outer: size * latent, squares: size, none: 0 }[order]);
    this.spread = new Float64Array(size);
    this.differences = new Float64Array(4 * latent);
  }

  /** Adds rows from..to; responsibilities [to - from, components] */
  add(
    data: Float32Array,
    variances: Float32Array | undefined,
    from: number,
    to: number,
    responsibilities: Float64Array,
  ): void {
    const { components } = this;
    const members = new Int32Array(to - from);
    for (let c = 0; c < components; c++) {
      let count = 0;
      let mass = 0;
      for (let i = 0; i < to - from; i++) {
        const share = responsibilities[i * components + c]!;
        mass += share;
        if (share > negligible) members[count++] = i;
      }
      this.mass[c]! += mass;
      for (let at = 0; at < count; at += 4) this.addFour(c, data, from, responsibilities, members, at, count);
      if (variances) this.addSpread(c, variances, from, responsibilities, members, count);
    }
  }

  /** Four rows at once, so that each sum is loaded and stored for four products. */
  private addFour(
    component: number,
    data: Float32Array,
    from: number,
    responsibilities: Float64Array,
    members: Int32Array,
    at: number,
    count: number,
  ): void {
    const { components, latent, references, first, second, differences, shares, order } = this;
    for (let t = 0; t < 4; t++) {
      // Places behind the last row take the first once more, with share 0.
      const member = members[at + t < count ? at + t : at]!;
      shares[t] = at + t < count ? responsibilities[member * components + component]! : 0;
      const base = (from + member) * latent;
      const start = component * latent;
      for (let j = 0; j < latent; j++) differences[4 * j + t] = data[base + j]! - references[start + j]!;
    }
    for (let i = 0; i < latent; i++) {
      const a = shares[0]! * differences[4 * i]!;
      const b = shares[1]! * differences[4 * i + 1]!;
      const e = shares[2]! * differences[4 * i + 2]!;
      const f = shares[3]! * differences[4 * i + 3]!;
      first[component * latent + i]! += a + b + e + f;
      if (order === "none") continue;
      if (order === "squares") {
        second[component * latent + i]! +=
          a * differences[4 * i]! +
          b * differences[4 * i + 1]! +
          e * differences[4 * i + 2]! +
          f * differences[4 * i + 3]!;
        continue;
      }
      const start = (component * latent + i) * latent;
      for (let j = 0, place = 0; j <= i; j++, place += 4) {
        second[start + j]! +=
          a * differences[place]! +
          b * differences[place + 1]! +
          e * differences[place + 2]! +
          f * differences[place + 3]!;
      }
    }
  }

  private addSpread(
    component: number,
    variances: Float32Array,
    from: number,
    responsibilities: Float64Array,
    members: Int32Array,
    count: number,
  ): void {
    const { components, latent, spread } = this;
    for (let i = 0; i < count; i++) {
      const member = members[i]!;
      const share = responsibilities[member * components + component]!;
      const base = (from + member) * latent;
      for (let j = 0; j < latent; j++) spread[component * latent + j]! += share * variances[base + j]!;
    }
  }
}

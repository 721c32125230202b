import { RandomStream } from "@vaekit/infer";

/** Forks of the stream "validation": of the draws of z, and of black and white pictures. */
const forks = { eps: 2, binarize: 3 };

/**
 * Standard normal noise of one example's draws. Draw number d of example i depends on the seed, i and d alone, however
 * the work is cut into pieces.
 */
export class ExampleNoise {
  private readonly stream: RandomStream;
  /** Numbers are made in pairs. */
  private readonly stride: number;

  constructor(
    seed: number,
    example: number,
    private readonly latent: number,
  ) {
    this.stream = new RandomStream(seed, "validation").fork(forks.eps).fork(example);
    this.stride = latent + (latent % 2);
  }

  /** eps of a draw, into row `row` of out [rows, latent] */
  draw(number: number, out: Float32Array, row: number): void {
    this.stream.position = number * this.stride;
    this.stream.normal(out.subarray(row * this.latent, (row + 1) * this.latent));
  }
}

/** Uniform numbers in [0, 1) that draw one example black and white. */
export function binarizeNoise(seed: number, example: number, out: Float32Array): Float32Array {
  return new RandomStream(seed, "validation").fork(forks.binarize).fork(example).uniform(out);
}

import { Random } from "../random.js";
import type { Progress, Task } from "../task.js";
import { type Eigen, orient, symmetricEigen, symmetricEigenTask } from "./eigen.js";

/** Smallest matrix whose leading vectors are looked for by themselves, and most of its vectors. */
const smallest = 100;
const mostShare = 1 / 16;
/** Largest |A v - value v|, in units of the largest eigenvalue. */
const tolerance = 1e-12;
/** Vectors that the basis has, but six blocks at least, and the share of them that is kept at a restart beside a block. */
const basisVectors = 96;
const keptShare = 1 / 4;
/** Products with the matrix at most, in units of its size: by then all vectors would have been made. */
const mostProducts = 1;
/** Products of numbers between two rests. */
const chunk = 4e6;

/**
 * The `count` largest eigenvalues of a symmetric matrix [size, size] and their eigenvectors [count, size]: by block Lanczos with full
 * orthogonalisation and restarts from the best vectors (Wu & Simon 2000; Golub & Underwood 1977) where few of many are wanted, or where
 * that does not converge, from all of them. A block is at least as wide as `count`, so that none of a multiple eigenvalue is missed.
 */
export function* leadingEigenTask(matrix: Float64Array, size: number, count: number): Task<Eigen> {
  const few = size > smallest && count <= size * mostShare;
  const found = few ? yield* blockLanczosTask(matrix, size, count) : undefined;
  if (found) return found;
  const { values, vectors } = yield* symmetricEigenTask(matrix, size);
  return { values: values.slice(0, count), vectors: vectors.slice(0, count * size) };
}

function* blockLanczosTask(matrix: Float64Array, size: number, count: number): Task<Eigen | undefined> {
  const width = Math.ceil(count / 4) * 4;
  const most = Math.min(Math.max(basisVectors, 6 * width), Math.floor(size / 2));
  const kept = width + Math.floor(keptShare * most);
  const restarts = Math.ceil((mostProducts * size) / (most - kept));
  const basis = new Float64Array(most * size);
  const image = new Float64Array(most * size);
  const turned = new Float64Array(kept * size);
  const random = new Random(0);
  const progress = { stage: "eigenvectors", done: 0, total: restarts };
  let filled = 0;
  for (let i = 0; i < width * size; i++) basis[i] = random.normal();
  for (; progress.done < restarts; progress.done++) {
    for (;;) {
      yield* orthonormaliseTask(basis, filled, width, size, random, progress);
      yield* multiplyTask(matrix, size, basis, image, filled, width, progress);
      const from = filled * size;
      filled += width;
      if (filled + width > most) break;
      basis.set(image.subarray(from, from + width * size), filled * size);
    }
    yield progress;
    const { values, vectors } = symmetricEigen(productsOf(basis, image, filled, size), filled);
    for (const block of [basis, image]) {
      yield progress;
      turn(block, vectors, filled, kept, size, turned);
    }
    const far = residuals(basis, image, values, kept, size, turned);
    const limit = tolerance * Math.max(Math.abs(values[0]!), Math.abs(values[filled - 1]!));
    if (far.subarray(0, count).every((length) => length <= limit)) {
      return { values: values.slice(0, count), vectors: oriented(basis, count, size) };
    }
    // The residuals of all kept vectors lie in one block: those of the first that are not there yet span it best.
    const open = Array.from(far.keys()).sort((a, b) => Number(far[a]! <= limit) - Number(far[b]! <= limit));
    for (let i = 0; i < width; i++) {
      basis.set(turned.subarray(open[i]! * size, (open[i]! + 1) * size), (kept + i) * size);
    }
    filled = kept;
  }
  return undefined;
}

/** image = A basis, of the `width` rows from `from` on, four at a time. */
function* multiplyTask(
  matrix: Float64Array,
  size: number,
  basis: Float64Array,
  image: Float64Array,
  from: number,
  width: number,
  progress: Progress,
): Task<void> {
  const rows = Math.max(1, Math.floor(chunk / (4 * size)));
  for (let v = from; v < from + width; v += 4) {
    for (let i = 0; i < size; i += rows) {
      yield progress;
      multiplyFour(matrix, size, basis, image, v * size, i, Math.min(size, i + rows));
    }
  }
}

function multiplyFour(
  matrix: Float64Array,
  size: number,
  basis: Float64Array,
  image: Float64Array,
  at: number,
  from: number,
  to: number,
): void {
  const [p, q, r, s] = [at, at + size, at + 2 * size, at + 3 * size];
  for (let i = from; i < to; i++) {
    const row = i * size;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let j = 0; j < size; j++) {
      const value = matrix[row + j]!;
      a += value * basis[p + j]!;
      b += value * basis[q + j]!;
      c += value * basis[r + j]!;
      d += value * basis[s + j]!;
    }
    image[p + i] = a;
    image[q + i] = b;
    image[r + i] = c;
    image[s + i] = d;
  }
}

/** Make the `width` rows after the first `from` orthonormal to each other and to all before them; what has no rest is random. */
function* orthonormaliseTask(
  basis: Float64Array,
  from: number,
  width: number,
  size: number,
  random: Random,
  progress: Progress,
): Task<void> {
  for (let i = from; i < from + width; i++) {
    const vector = basis.subarray(i * size, (i + 1) * size);
    let left = scaleToOne(vector);
    // Where a pass leaves less than half, rounding has a share in it: once more.
    do {
      if (left < 1e-300) for (let c = 0; c < size; c++) vector[c] = random.normal();
      if (left < 1e-300) scaleToOne(vector);
      for (let j = 0; j < i; j++) subtractAlong(basis, j * size, vector, size);
      left = scaleToOne(vector);
    } while (left < 0.5);
    yield progress;
  }
}

function subtractAlong(basis: Float64Array, at: number, vector: Float64Array, size: number): void {
  const product = dot(basis, at, vector, 0, size);
  for (let c = 0; c < size; c++) vector[c]! -= product * basis[at + c]!;
}

/** The length that it had. */
function scaleToOne(vector: Float64Array): number {
  const length = Math.sqrt(dot(vector, 0, vector, 0, vector.length));
  if (length > 0) for (let c = 0; c < vector.length; c++) vector[c]! /= length;
  return length;
}

function dot(x: Float64Array, p: number, y: Float64Array, q: number, size: number): number {
  let [a, b] = [0, 0];
  const whole = size - (size % 2);
  for (let c = 0; c < whole; c += 2) {
    a += x[p + c]! * y[q + c]!;
    b += x[p + c + 1]! * y[q + c + 1]!;
  }
  if (whole < size) a += x[p + whole]! * y[q + whole]!;
  return a + b;
}

/** basis image^T of `count` rows each, [count, count] */
function productsOf(basis: Float64Array, image: Float64Array, count: number, size: number): Float64Array {
  const products = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      const product = dot(basis, i * size, image, j * size, size);
      products[i * count + j] = product;
      products[j * count + i] = product;
    }
  }
  return products;
}

/** The first `kept` rows of a block become the combinations of its `count` rows that `weights` [.., count] says. */
function turn(
  block: Float64Array,
  weights: Float64Array,
  count: number,
  kept: number,
  size: number,
  room: Float64Array,
): void {
  room.fill(0);
  for (let i = 0; i < kept; i++) {
    for (let j = 0; j < count; j++) {
      const weight = weights[i * count + j]!;
      for (let c = 0, from = j * size, to = i * size; c < size; c++) room[to++]! += weight * block[from++]!;
    }
  }
  block.set(room);
}

/** out = image - values basis; the length of each row. */
function residuals(
  basis: Float64Array,
  image: Float64Array,
  values: Float64Array,
  count: number,
  size: number,
  out: Float64Array,
): Float64Array {
  for (let i = 0; i < count * size; i++) out[i] = image[i]! - values[Math.floor(i / size)]! * basis[i]!;
  return Float64Array.from({ length: count }, (_, i) => Math.sqrt(dot(out, i * size, out, i * size, size)));
}

function oriented(basis: Float64Array, count: number, size: number): Float64Array {
  const vectors = basis.slice(0, count * size);
  for (let i = 0; i < count; i++) orient(vectors.subarray(i * size, (i + 1) * size));
  return vectors;
}

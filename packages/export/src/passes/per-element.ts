import { sizeOf } from "@vaekit/infer";
import { stridesOf } from "./constant.js";

/** Numbers of a shape, in double precision: what constants are combined in, to be rounded once. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

export const one: Numbers = { shape: [], data: [1] };
export const zero: Numbers = { shape: [], data: [0] };

/** f of each pair, with broadcasting. null where the result would be larger than both. */
export function combine(a: Numbers, b: Numbers, f: (x: number, y: number) => number): Numbers | null {
  const rank = Math.max(a.shape.length, b.shape.length);
  const [x, y] = [padded(a, rank), padded(b, rank)];
  const shape = x.map((n, axis) => (n === 1 ? y[axis]! : n));
  if (!y.every((n, axis) => n === 1 || n === shape[axis])) return null;
  const size = sizeOf(shape);
  if (size > Math.max(a.data.length, b.data.length)) return null;
  const [stepsX, stepsY] = [steps(x), steps(y)];
  const data = new Float64Array(size);
  const index = shape.map(() => 0);
  for (let i = 0, atX = 0, atY = 0; i < size; i++) {
    data[i] = f(a.data[atX]!, b.data[atY]!);
    for (let axis = rank - 1; axis >= 0; axis--) {
      atX += stepsX[axis]!;
      atY += stepsY[axis]!;
      index[axis]! += 1;
      if (index[axis]! < shape[axis]!) break;
      atX -= index[axis]! * stepsX[axis]!;
      atY -= index[axis]! * stepsY[axis]!;
      index[axis] = 0;
    }
  }
  return { shape, data };
}

function padded({ shape }: Numbers, rank: number): number[] {
  return [...Array<number>(rank - shape.length).fill(1), ...shape];
}

function steps(shape: readonly number[]): number[] {
  return stridesOf(shape).map((stride, axis) => (shape[axis] === 1 ? 0 : stride));
}

export function map({ shape, data }: Numbers, f: (x: number) => number): Numbers {
  return { shape, data: Float64Array.from(data, f) };
}

export function every({ data }: Numbers, test: (x: number) => boolean): boolean {
  for (let i = 0; i < data.length; i++) if (!test(data[i]!)) return false;
  return true;
}

/** The numbers along one axis of a tensor of some rank, all other axes being 1; null where they vary elsewhere too. */
export function alongAxis(numbers: Numbers, rank: number, axis: number, size: number): Float64Array | null {
  if (numbers.data.length === 1) return new Float64Array(size).fill(numbers.data[0]!);
  const shape = padded(numbers, rank);
  const along = shape.length === rank && shape[axis] === size && numbers.data.length === size;
  return along ? Float64Array.from(numbers.data) : null;
}

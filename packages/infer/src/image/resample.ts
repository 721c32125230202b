/** A rectangle of pixels; its corner and size may lie between pixels. */
export interface Area {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Lines of numbers [width, channels], one above the other. */
export interface Lines {
  width: number;
  height: number;
  channels: number;
  /** Write line y, [width, channels], into a buffer. */
  line(y: number, into: Float64Array): void;
}

/** The neighbours first to last that make one new element, with the weights of the first, those between, and the last. */
interface Taps {
  first: number;
  last: number;
  head: number;
  tail: number;
}

/** Taps of each new element, and what their weights add up to. */
interface Axis {
  taps: Taps[];
  total: number;
}

/**
 * An area of a picture at another size: the mean over the area that a new pixel covers where the picture shrinks,
 * pixels in part by that part (so nothing aliases); linear between pixel centres where it grows. Each axis for itself.
 *
 * lines [height, width, channels] -> [size.height, size.width, channels] float64
 */
export function resample(
  lines: Lines,
  from: Area,
  size: { width: number; height: number },
): Float64Array<ArrayBuffer> {
  const { width, channels } = lines;
  const across = axis(from.left, from.width, size.width, width);
  const down = axis(from.top, from.height, size.height, lines.height);
  const length = size.width * channels;
  const line = new Float64Array(width * channels);
  // Neighbouring new lines share at most two old ones: each is read and narrowed once.
  const kept = [new Float64Array(length), new Float64Array(length)] as const;
  const keptAt = [-1, -1];
  const narrowed = (y: number): Float64Array => {
    const slot = y % 2;
    const into = kept[slot]!;
    if (keptAt[slot] !== y) {
      lines.line(y, line);
      narrow(line, channels, across.taps, into);
      keptAt[slot] = y;
    }
    return into;
  };
  const result = new Float64Array(size.height * length);
  // Divided at the end, so that whole factors give the exact mean.
  const total = across.total * down.total;
  down.taps.forEach(({ first, last, head, tail }, i) => {
    const row = result.subarray(i * length, (i + 1) * length);
    for (let y = first; y <= last; y++) {
      const weight = y === first ? head : y === last ? tail : 1;
      const values = narrowed(y);
      for (let k = 0; k < length; k++) row[k] = row[k]! + weight * values[k]!;
    }
    for (let k = 0; k < length; k++) row[k] = row[k]! / total;
  });
  return result;
}

function narrow(line: Float64Array, channels: number, taps: readonly Taps[], into: Float64Array): void {
  taps.forEach(({ first, last, head, tail }, i) => {
    for (let c = 0; c < channels; c++) {
      let sum = head * line[first * channels + c]!;
      for (let x = first + 1; x < last; x++) sum += line[x * channels + c]!;
      if (last > first) sum += tail * line[last * channels + c]!;
      into[i * channels + c] = sum;
    }
  });
}

function axis(start: number, extent: number, count: number, limit: number): Axis {
  const step = extent / count;
  const tapsAt = step >= 1 ? meanTaps : linearTaps;
  const taps = Array.from({ length: count }, (_, i) => tapsAt(start, step, i, limit));
  return { taps, total: Math.max(step, 1) };
}

/** Elements that [start + i step, start + (i + 1) step] covers, by how much of each. */
function meanTaps(start: number, step: number, i: number, limit: number): Taps {
  const begin = start + i * step;
  const end = start + (i + 1) * step;
  const first = Math.min(Math.floor(begin), limit - 1);
  const last = Math.max(first, Math.min(Math.ceil(end) - 1, limit - 1));
  if (first === last) return { first, last, head: step, tail: 0 };
  return { first, last, head: first + 1 - begin, tail: Math.min(1, end - last) };
}

/** The two elements whose centres are around that of new element i; the edge's own beyond the edge. */
function linearTaps(start: number, step: number, i: number, limit: number): Taps {
  const centre = Math.max(0, Math.min(limit - 1, start + (i + 0.5) * step - 0.5));
  const first = Math.floor(centre);
  const last = Math.min(first + 1, limit - 1);
  if (first === last) return { first, last, head: 1, tail: 0 };
  return { first, last, head: first + 1 - centre, tail: centre - first };
}

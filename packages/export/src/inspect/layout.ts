/** A box to place: what it takes up, and how wide each value is that leaves it. */
export interface Box {
  width: number;
  height: number;
}

/** A line from one box to another. Boxes are told by their place in the list. */
export interface Link {
  from: number;
  to: number;
  /** Which value of `from`; lines of one value share their way. */
  value: string;
  /** Where it leaves `from`, from the box's middle. */
  at: number;
}

export interface Placed extends Box {
  /** Of the middle of the upper edge. */
  x: number;
  y: number;
}

export interface Layout {
  width: number;
  height: number;
  boxes: Placed[];
  /** For each link the places that it passes, one a layer between its boxes: from the upper to the lower edge. */
  ways: { x: number; top: number; bottom: number }[][];
}

const gaps = { across: 24, between: 44, bend: 14 } as const;
const sweeps = 12;

/** A box, or a bend: the place in a layer through which a longer line passes. */
interface Item extends Box {
  box: number;
  layer: number;
  x: number;
  above: Neighbour[];
  below: Neighbour[];
}

/** One end of a line, and how far to the right of the item's middle a straight line would have the other item's. */
interface Neighbour {
  item: Item;
  at: number;
}

/**
 * A layered drawing (Sugiyama, Tagawa & Toda 1981): each box one layer below the lowest of those before it, the order
 * in a layer by the middle of the neighbours, positions as near to the neighbours as the gaps allow. Links go from
 * earlier boxes to later ones; others are left out of the reckoning. Null where lines would have more bends than asked.
 */
export function layout(
  boxes: readonly Box[],
  links: readonly Link[],
  mostBends = Number.POSITIVE_INFINITY,
): Layout | null {
  const forward = links.map(({ from, to }) => from < to);
  const layers = layersOf(
    boxes.length,
    links.filter((_, i) => forward[i]),
  );
  if (countBends(links, layers) > mostBends) return null;
  const items = boxes.map(
    (box, i): Item => ({ ...box, box: i, layer: layers[i]!, x: 0, above: [], below: [] }),
  );
  const bends = new Map<string, Item>();
  const ways = links.map(({ from, to, value, at }, i) => {
    const way: Item[] = [];
    if (!forward[i]) return way;
    let last = items[from]!;
    let offset = at;
    const connect = (item: Item) => {
      last.below.push({ item, at: -offset });
      item.above.push({ item: last, at: offset });
      last = item;
      offset = 0;
    };
    for (let layer = layers[from]! + 1; layer < layers[to]!; layer++) {
      const key = `${layer} ${from} ${value}`;
      let bend = bends.get(key);
      if (!bend) {
        bend = { box: -1, layer, width: gaps.bend, height: 0, x: 0, above: [], below: [] };
        bends.set(key, bend);
        connect(bend);
      }
      way.push(bend);
      last = bend;
      offset = 0;
    }
    connect(items[to]!);
    return way;
  });
  const rows: Item[][] = [];
  for (const item of [...items, ...bends.values()]) {
    rows[item.layer] ??= [];
    rows[item.layer]!.push(item);
  }
  order(rows);
  place(rows);
  return finish(rows, items, ways);
}

/** The longest way from a start; starts stand right above what uses them first. */
function layersOf(count: number, links: readonly Link[]): number[] {
  const layers = new Array<number>(count).fill(0);
  const incoming: number[][] = Array.from({ length: count }, () => []);
  const outgoing: number[][] = Array.from({ length: count }, () => []);
  for (const { from, to } of links) {
    incoming[to]!.push(from);
    outgoing[from]!.push(to);
  }
  for (let i = 0; i < count; i++) {
    for (const from of incoming[i]!) layers[i] = Math.max(layers[i]!, layers[from]! + 1);
  }
  for (let i = 0; i < count; i++) {
    if (incoming[i]!.length > 0 || outgoing[i]!.length === 0) continue;
    layers[i] = outgoing[i]!.reduce(
      (least, to) => Math.min(least, layers[to]! - 1),
      Number.POSITIVE_INFINITY,
    );
  }
  return layers;
}

/** Lines of one value share their bends. */
function countBends(links: readonly Link[], layers: readonly number[]): number {
  const lengths = new Map<string, number>();
  for (const { from, to, value } of links) {
    const key = `${from} ${value}`;
    lengths.set(key, Math.max(lengths.get(key) ?? 0, layers[to]! - layers[from]! - 1));
  }
  return [...lengths.values()].reduce((sum, length) => sum + length, 0);
}

/** Sort each layer by the middle of the neighbours' places, from above and from below in turns. */
function order(rows: readonly Item[][]): void {
  const places = new Map<Item, number>();
  const number = (row: readonly Item[]) => row.forEach((item, i) => void places.set(item, i / row.length));
  rows.forEach(number);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const down = sweep % 2 === 0;
    for (const row of down ? rows : rows.toReversed()) {
      const wishes = new Map(
        row.map((item) => {
          const neighbours = down ? item.above : item.below;
          // Of one box's values the left one goes to the left: less than a step, so that it decides ties only.
          return [item, mean(neighbours.map(({ item: other, at }) => places.get(other)! + at * 1e-9))];
        }),
      );
      row.sort((a, b) => (wishes.get(a) ?? places.get(a)!) - (wishes.get(b) ?? places.get(b)!));
      number(row);
    }
  }
}

/** As near to the neighbours as the gaps allow, from above and from below in turns. */
function place(rows: readonly Item[][]): void {
  for (const row of rows)
    settle(
      row,
      row.map(() => 0),
    );
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const down = sweep % 2 === 0;
    for (const row of down ? rows : rows.toReversed()) {
      settle(
        row,
        row.map(
          (item) => mean((down ? item.above : item.below).map(({ item: { x }, at }) => x + at)) ?? item.x,
        ),
      );
    }
  }
}

/**
 * The places in a row that are nearest to `wishes` in the sense of least squares and keep order and gaps: isotonic
 * regression by pooling neighbours (Ayer et al. 1955). A bend weighs more than a box, so that long lines are straight.
 */
function settle(row: readonly Item[], wishes: readonly number[]): void {
  const offsets: number[] = [];
  row.forEach((item, i) => {
    const before = row[i - 1];
    offsets.push(before ? offsets[i - 1]! + (before.width + item.width) / 2 + gaps.across : 0);
  });
  const pools: { sum: number; weight: number; end: number }[] = [];
  row.forEach((item, i) => {
    const weight = item.box < 0 ? 4 : 1;
    let pool = { sum: weight * (wishes[i]! - offsets[i]!), weight, end: i + 1 };
    for (
      let last = pools.at(-1);
      last && last.sum / last.weight >= pool.sum / pool.weight;
      last = pools.at(-1)
    ) {
      pool = { sum: last.sum + pool.sum, weight: last.weight + pool.weight, end: pool.end };
      pools.pop();
    }
    pools.push(pool);
  });
  let i = 0;
  for (const { sum, weight, end } of pools) for (; i < end; i++) row[i]!.x = offsets[i]! + sum / weight;
}

function finish(rows: readonly Item[][], items: readonly Item[], ways: readonly Item[][]): Layout {
  const all = rows.flat();
  const left = all.reduce((least, { x, width }) => Math.min(least, x - width / 2), Number.POSITIVE_INFINITY);
  const right = all.reduce((most, { x, width }) => Math.max(most, x + width / 2), Number.NEGATIVE_INFINITY);
  const tops: number[] = [];
  let y = 0;
  for (const row of rows) {
    tops.push(y);
    y += row.reduce((most, { height }) => Math.max(most, height), 0) + gaps.between;
  }
  const bottom = (layer: number) => (tops[layer + 1] ?? y) - gaps.between;
  return {
    width: all.length > 0 ? right - left : 0,
    height: Math.max(0, y - gaps.between),
    boxes: items.map(({ x, width, height, layer }) => ({ x: x - left, y: tops[layer]!, width, height })),
    ways: ways.map((way) =>
      way.map(({ x, layer }) => ({ x: x - left, top: tops[layer]!, bottom: bottom(layer) })),
    ),
  };
}

function mean(values: readonly number[]): number | null {
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
}

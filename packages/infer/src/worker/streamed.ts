import { concatRows, NdArray, type TypedArray } from "../nd-array.js";
import { grouped } from "../stream.js";
import { inOrder } from "./in-order.js";

type Named = Record<string, NdArray>;

/** Checked rows of one item or several, and what the model is told with them. */
export interface Given {
  rows: NdArray<TypedArray>;
  c: NdArray | null;
}

export interface StreamOptions {
  /** Most rows of a batch that items are joined into. */
  limit: number;
  /** Batches that are run at once; as many, and one more item, are held. */
  ahead: number;
  /** own: whether the rows are a copy that may be given away. */
  run(batch: Given, own: boolean): Promise<Named>;
}

/** Run items that come bit by bit, joined into batches, and yield the outputs of each in its order. */
export async function* streamed(
  items: AsyncIterable<Given>,
  { limit, ahead, run }: StreamOptions,
): AsyncGenerator<Named> {
  const work = async (group: Given[]): Promise<Named[]> => {
    if (group.length === 1) return [await run(group[0]!, false)];
    const c = group[0]!.c && concatRows(group.map((item) => item.c!));
    const outputs = await run({ rows: concatRows(group.map(({ rows }) => rows)), c }, true);
    let start = 0;
    return group.map(({ rows }) => {
      const end = start + rows.length;
      const part = Object.entries(outputs).map(([name, all]) => [name, copyRows(all, start, end)]);
      start = end;
      return Object.fromEntries(part);
    });
  };
  const groups = grouped(items, ({ rows }) => rows.length, limit);
  for await (const parts of inOrder(groups, work, ahead)) yield* parts;
}

/** Who keeps or transfers one item's outputs must not keep or take the whole batch's. */
function copyRows(all: NdArray, start: number, end: number): NdArray {
  const { data, shape } = all.rows(start, end);
  return new NdArray(data.slice(), shape);
}

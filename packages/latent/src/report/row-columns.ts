import type { Analysis } from "./analyze.js";

/** What is known of each row under one name. */
export interface RowColumn {
  name: string;
  of(row: number): string | number;
}

/** Where each row stands in the data, its label, columns and clusters: what all tables of rows begin with. */
export function knownOfRows({ input, clusters }: Analysis): RowColumn[] {
  const { index, classes, columns } = input;
  return [
    { name: "row", of: (row) => index?.[row] ?? row },
    ...(classes ? [{ name: classes.title, of: (row: number) => classes.names[classes.of[row]!]! }] : []),
    ...columns.map(({ name, values }) => ({ name, of: (row: number) => values[row]! })),
    ...clusters.clusterings.map(({ name, labels }) => ({ name, of: (row: number) => labels[row]! })),
  ];
}

/** The same columns, the second of a name called "name (2)": readers of tables lose one of two otherwise. */
export function namedApart(columns: readonly RowColumn[]): RowColumn[] {
  const taken = new Set<string>();
  return columns.map((column) => {
    let name = column.name;
    for (let i = 2; taken.has(name); i++) name = `${column.name} (${i})`;
    taken.add(name);
    return { ...column, name };
  });
}

/** The shortest decimals that are this float32 number and no other. */
export function shortest(value: number): number {
  for (const digits of [7, 8]) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return rounded;
  }
  return Number(value.toPrecision(9));
}

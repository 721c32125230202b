/** One value of a row, with the name of its column. */
export type Field = [name: string, value: string | number];

/** The fields with names of their own: "label", "label (2)", as two colourings may have the same. */
export function distinct(fields: readonly Field[]): Field[] {
  const taken = new Set<string>();
  return fields.map(([name, value]) => {
    let free = name;
    for (let i = 2; taken.has(free); i++) free = `${name} (${i})`;
    taken.add(free);
    return [free, value];
  });
}

/** RFC 4180: lines end with CR LF, quotes where they are needed. records: of the same names in the same order. */
export function csv(records: readonly (readonly Field[])[]): string {
  const cell = (value: string | number) =>
    /[",\r\n]|^\s|\s$/.test(`${value}`) ? `"${`${value}`.replaceAll('"', '""')}"` : `${value}`;
  const names = (records[0] ?? []).map(([name]) => name);
  const lines = [names, ...records.map((fields) => fields.map(([, value]) => value))];
  return lines.map((line) => `${line.map(cell).join(",")}\r\n`).join("");
}

export function json(records: readonly (readonly Field[])[]): string {
  return `${JSON.stringify(
    records.map((fields) => Object.fromEntries(fields)),
    null,
    1,
  )}\n`;
}

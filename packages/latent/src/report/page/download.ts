import { element } from "./dom.js";

/** Give the reader a file. */
export function download(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = element("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** RFC 4180: lines end with CR LF, quotes where they are needed. */
export function csv(rows: readonly Record<string, string | number>[]): string {
  const names = Object.keys(rows[0] ?? {});
  const cell = (value: string | number) =>
    /[",\r\n]|^\s|\s$/.test(`${value}`) ? `"${`${value}`.replaceAll('"', '""')}"` : `${value}`;
  const lines = [names, ...rows.map((row) => names.map((name) => row[name]!))];
  return lines.map((line) => `${line.map(cell).join(",")}\r\n`).join("");
}

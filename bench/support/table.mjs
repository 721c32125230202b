/** Print rows of cells as a Markdown table with aligned columns. */
export function printTable(header, rows) {
  const all = [header, ...rows].map((row) => row.map(String));
  const widths = header.map((_, i) => Math.max(...all.map((row) => row[i].length)));
  const line = (row) => `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |`;
  console.log(
    [line(all[0]), `|${widths.map((w) => "-".repeat(w + 2)).join("|")}|`, ...all.slice(1).map(line)].join(
      "\n",
    ),
  );
}

/** Say whether a target was reached; returns it. */
export function target(text, value, limit) {
  const reached = value <= limit;
  console.log(`${reached ? "reached" : "MISSED "}  ${text}: ${value.toFixed(3)}, target at most ${limit}`);
  return reached;
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

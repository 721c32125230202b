import type { EvaluationReport, Figure } from "@vaekit/train";
import { formatSeconds } from "./progress.js";

type Row = readonly [name: string, figure: Figure | null | undefined];
type Interval = Figure["interval"]["noise"];

/** A report as a table; the protocol of each number stands below it. */
export function evaluationText(report: EvaluationReport): string {
  const { model, data, seconds, notes, kl, latent } = report;
  const protocols: string[] = [];
  const footnote = ({ protocol }: Figure) => {
    if (!protocols.includes(protocol)) protocols.push(protocol);
    return `[${protocols.indexOf(protocol) + 1}]`;
  };
  const lines = rowsOf(report).flatMap(([name, figure]) => {
    if (!figure) return [];
    const { value, interval, unit, better } = figure;
    const direction = better ? `${unit}, ${better} is better` : unit;
    return [
      [name, show(value), range(interval.examples), range(interval.noise), direction, footnote(figure)],
    ];
  });
  const head = ["", "value", "95 % over examples", "95 % over noise", "", ""];
  return [
    `${model.kind} ${model.path}: objective ${model.objective ?? "unknown"}, likelihood ${model.likelihood}, prior ${model.prior}, latent ${model.latent}`,
    `on ${data.protocol}; took ${formatSeconds(seconds)}`,
    "",
    ...aligned([head, ...lines]),
    "",
    ...(kl?.perDimension ? [`KL per dimension, nats: ${kl.perDimension.map(show).join(" ")}`] : []),
    ...(latent ? [`active units: ${latent.activeUnits.units.join(" ") || "none"}`] : []),
    ...notes.map((note) => `note: ${note}`),
    "measured by:",
    ...protocols.map(
      (protocol, i) =>
        `  [${i + 1}] ${protocol.replace(`; ${data.protocol}`, "").replace(data.protocol, "these examples")}`,
    ),
  ].join("\n");
}

function rowsOf({ elbo, bounds, reconstruction, kl, latent, factors, codebook }: EvaluationReport): Row[] {
  return [
    ["ELBO", elbo],
    ...bounds.map((bound): Row => [`bound, K = ${bound.samples}, ${bound.examples} examples`, bound]),
    ["-ln p(x|z)", reconstruction.negativeLogLikelihood],
    ["mean squared error", reconstruction.meanSquared],
    ["mean absolute error", reconstruction.meanAbsolute],
    ["bits per dimension", reconstruction.bitsPerDimension],
    ["KL", kl?.total],
    ["active units", latent?.activeUnits],
    ["mutual information", latent?.mutualInformation],
    ["KL(q(z) || p(z))", latent?.marginalKl],
    ["total correlation", latent?.totalCorrelation],
    ["MMD q(z), p(z)", latent?.mmd],
    ["MIG", factors?.mig],
    ["SAP", factors?.sap],
    ["DCI disentanglement", factors?.disentanglement],
    ["DCI completeness", factors?.completeness],
    ["DCI informativeness", factors?.informativeness],
    ["codebook perplexity", codebook?.perplexity],
    ["codes used", codebook?.used],
  ];
}

function show(value: number): string {
  if (value === 0 || Number.isInteger(value)) return String(value);
  return Math.abs(value) < 1e-3 ? value.toExponential(1) : value.toFixed(Math.abs(value) < 10 ? 3 : 2);
}

function range(interval: Interval): string {
  return interval ? `${show(interval[0])} to ${show(interval[1])}` : "-";
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 1 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join("  ")
      .trimEnd(),
  );
}

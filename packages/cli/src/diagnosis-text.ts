import type { Diagnosis } from "@vaekit/train";
import { formatSeconds } from "./progress.js";

type Finding = Diagnosis["findings"][number];

/** What is wrong, in sentences; below each the numbers that it rests on. */
export function diagnosisText(diagnosis: Diagnosis): string {
  const { model, data, findings, dimensions, notes, seconds, healthy } = diagnosis;
  const kls = dimensions.map(({ kl }) => kl);
  const sensitivities = dimensions.map(({ sensitivity }) => sensitivity);
  return [
    `${model.kind} ${model.path}: objective ${model.objective ?? "unknown"}, likelihood ${model.likelihood}, latent ${model.latent}`,
    `on ${data.protocol}; took ${formatSeconds(seconds)}`,
    "",
    healthy ? "healthy: neither a problem nor a warning" : counted(findings),
    ...(healthy ? figureLines(diagnosis) : []),
    ...findings.flatMap((finding) => ["", ...findingLines(finding, data.protocol)]),
    "",
    ...perDimension("KL per dimension, nats", kls),
    ...perDimension("nats lost with another example's value of one dimension", sensitivities),
    ...notes.map((note) => `note: ${note}`),
  ]
    .join("\n")
    .trimEnd();
}

/** What "healthy" rests on. */
function figureLines({ measured }: Diagnosis): string[] {
  if (!measured) return [];
  const { sensitivity, conditionSensitivity, kl, explained, logPx, constant } = measured;
  const lost = (spread: NonNullable<typeof sensitivity>, what: string) =>
    `  ln p(x|z) loses ${show(spread.value)} nats with another example's ${what} (95 % ${show(spread.low)} to ${show(spread.high)})`;
  return [
    ...(sensitivity ? [lost(sensitivity, "z")] : []),
    ...(conditionSensitivity ? [lost(conditionSensitivity, "condition")] : []),
    ...(kl === null ? [] : [`  KL ${show(kl)} nats`]),
    `  ln p(x|z) ${show(logPx)} nats${constant === null ? "" : `, the best constant prediction has ${show(constant)}`}`,
    `  variance explained ${(100 * explained).toFixed(1)} %`,
  ];
}

function counted(findings: readonly Finding[]): string {
  const parts = (["problem", "warning"] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}${count > 1 ? "s" : ""}`];
  });
  return parts.join(", ");
}

function findingLines({ severity, finding, cause, why, change, evidence }: Finding, about: string): string[] {
  return [
    `${severity}: ${finding}`,
    `  ${cause === "none" ? "why" : `likely cause, ${cause}`}: ${why}`,
    ...(change === null ? [] : [`  what to change: ${change}`]),
    "  evidence:",
    ...evidence.map(({ name, value, unit, protocol }) => {
      const number = [typeof value === "number" ? show(value) : value, unit].filter(Boolean).join(" ");
      const where = protocol.replace(`; ${about}`, "").replace(about, "these examples");
      return `    ${name} ${number} (${where})`;
    }),
  ];
}

function perDimension(title: string, values: readonly (number | null)[]): string[] {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? [] : [`${title}: ${known.map(show).join(" ")}`];
}

function show(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

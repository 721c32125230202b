import type { OutputError, VerifyReport } from "@vaekit/export";

/** `batches 1, 7`, or `batch 1, height 66, width 33; batch 7, ...` where other axes are open too. */
export function describeSizes({ batches, sizes }: Pick<VerifyReport, "batches" | "sizes">): string {
  if (sizes) return sizes.map(describePoint).join("; ");
  return `${batches.length === 1 ? "batch" : "batches"} ${batches.join(", ")}`;
}

/** Sizes of symbolic dimensions: `batch 7, height 66`. */
export function describePoint(sizes: Readonly<Record<string, number>>): string {
  return Object.entries(sizes)
    .map(([name, size]) => `${name} ${size}`)
    .join(", ");
}

/** `, 3 of 512 chosen otherwise` of an output that is chosen among a few values; else empty. */
export function otherwiseText({ otherwise }: OutputError): string {
  return otherwise ? `, ${otherwise.count} of ${otherwise.of} chosen otherwise` : "";
}

/** A line for each output that was run and never compared. */
export function uncomparedNotes({ uncompared = [] }: VerifyReport): string[] {
  return uncompared.map(
    (output) =>
      `warning: ${output}: tfjs gave no finite number in any run, so nothing of it was compared; give other inputs (--samples)`,
  );
}

import { type Manifest, sizeOf, UsageError } from "@vaekit/infer";

/** A model in words and code: what a package's loader, types and README say of it. */
export interface Described {
  /** Name of the package, or of what is shown. */
  name: string;
  latent: number;
  shape: readonly number[];
  condition: Manifest["condition"];
  /** Names of the labels that the model is told; numbers where none were given. null for other models. */
  labels: readonly (string | number)[] | null;
  encoder: boolean;
}

/** @throws UsageError where there is not one name for each label that the model is told */
export function describeModel(
  call: string,
  name: string,
  { latent, data, condition }: Manifest,
  { classes, encoder }: { classes: readonly string[] | null; encoder: boolean },
): Described {
  const count = condition?.kind === "labels" ? condition.classes : 0;
  if (count && classes && classes.length !== count) {
    throw new UsageError(
      `${call}: ${classes.length} names of classes, and the model is told ${count} labels; give one name for each`,
    );
  }
  if (!count && classes) {
    throw new UsageError(`${call}: classes names labels, and this model is told none; leave it out`);
  }
  const labels = Array.from({ length: count }, (_, label) => classes?.[label] ?? label);
  return { name, latent, shape: data.shape, condition, labels: count ? labels : null, encoder };
}

/** "28 x 28 pixels in grey" */
export function pictureInWords([height, width, channels]: readonly number[]): string {
  const kinds: Record<number, string> = { 1: "grey", 3: "colour", 4: "colour with opacity" };
  return `${width} x ${height} pixels in ${kinds[channels!] ?? `${channels} channels`}`;
}

/** Argument of decodePixels that a conditional model needs, as code; "" for others. */
export function toldExample({ condition, labels }: Described): string {
  if (labels) return `{ label: ${JSON.stringify(labels.at(-1))} }`;
  if (condition?.kind !== "columns") return "";
  const columns = condition.names.map((name, i) => `${JSON.stringify(name)}: ${round(condition.mean[i]!)}`);
  return `{ columns: { ${columns.join(", ")} } }`;
}

/** c of the Vae's own calls, with the comma before it. */
export function conditionExample({ condition, labels }: Described): string {
  if (labels) return `, c: [${labels.length - 1}]`;
  if (condition?.kind !== "columns") return "";
  return `, c: Float32Array.of(${condition.mean.map(round).join(", ")})`;
}

const round = (value: number) => Number(value.toPrecision(3));

/** "165.4 kB" */
export function inKilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

export function sizeInNumbers({ shape }: Pick<Described, "shape">): number {
  return sizeOf(shape);
}

import { UsageError } from "@vaekit/infer";
import type { InputSpec, InputSpecs } from "../trace/trace.js";
import type { AxisSize, DeclaredInput, ShapeOptions } from "./types.js";

/**
 * The shapes to trace with. A first axis that the model leaves open is the batch; every other open axis needs a name
 * or a size from the user.
 * @throws UsageError for an axis that stays open, names too many, and sizes that the model does not allow
 */
export function resolveShapes(
  where: string,
  declared: readonly DeclaredInput[],
  { dynamic = [], shapes = {} }: ShapeOptions = {},
): InputSpecs {
  const byInput = isNames(dynamic) ? null : dynamic;
  const known = declared.map(({ name }) => name);
  for (const [option, names] of [
    ["shape", Object.keys(shapes)],
    ["dynamic", Object.keys(byInput ?? {})],
  ] as const) {
    const stray = names.find((name) => !known.includes(name));
    if (stray !== undefined) {
      throw new UsageError(
        `${where}: --${option} names the input "${stray}"; the inputs are ${known.join(", ")}`,
      );
    }
  }
  const used = new Set<string>();
  const entries = declared.map((input): [string, InputSpec] => {
    const given = shapes[input.name];
    const names = byInput ? (byInput[input.name] ?? []) : (dynamic as readonly string[]);
    const sizes = given ? checkedShape(where, input, given) : namedShape(where, input, names);
    for (const size of sizes) if (typeof size === "string") used.add(size);
    return [input.name, { shape: sizes as InputSpec["shape"], dtype: input.dtype }];
  });
  const spare = (byInput ? Object.values(byInput).flat() : (dynamic as readonly string[])).filter(
    (name) => !used.has(name),
  );
  if (spare.length > 0) {
    throw new UsageError(
      `${where}: --dynamic ${spare.join(",")}: no input has an open axis left for that name. ` +
        `${declared.map(describeInput).join("; ")}`,
    );
  }
  return Object.fromEntries(entries);
}

/** `image [?, ?, ?, 3] float32` */
function describeInput({ name, shape, dtype }: DeclaredInput): string {
  return `${name} [${shape ? shape.map((size) => size ?? "?").join(", ") : "any shape"}] ${dtype}`;
}

function namedShape(where: string, input: DeclaredInput, names: readonly string[]): AxisSize[] {
  if (!input.shape) {
    throw new UsageError(
      `${where}: input ${input.name} does not say how many axes it has. Give its shape: --shape ${input.name}=batch,28,28,1`,
    );
  }
  const left = [...names];
  const sizes = input.shape.map((size, axis): AxisSize | null => {
    if (size !== null) return size;
    return axis === 0 ? "batch" : (left.shift() ?? null);
  });
  const open = sizes.flatMap((size, axis) => (size === null ? [axis] : []));
  if (open.length === 0) return sizes as AxisSize[];
  const fixed = input.shape.map((size, axis) => size ?? (axis === 0 ? 1 : 224)).join(",");
  const wanted = input.shape.filter((size, axis) => size === null && axis > 0).length;
  const example =
    wanted === 2 ? "height,width" : Array.from({ length: wanted }, (_, i) => `axis${i + 1}`).join(",");
  const axes = open.length === 1 ? `axis ${open}` : `axes ${open.join(", ")}`;
  throw new UsageError(
    `${where}: input ${describeInput(input)} leaves ${axes} open. Keep open ones under names with --dynamic ${example} ` +
      `(dynamic), as 4*height where only multiples of 4 work, or fix them with --shape ${input.name}=${fixed} (shapes).`,
  );
}

function checkedShape(where: string, input: DeclaredInput, given: readonly AxisSize[]): AxisSize[] {
  const { shape } = input;
  const refuse = (why: string): never => {
    throw new UsageError(
      `${where}: --shape ${input.name}=${given.join(",")}: ${why}: ${describeInput(input)}`,
    );
  };
  if (shape && shape.length !== given.length) refuse(`the model's input has ${shape.length} axes`);
  given.forEach((size, axis) => {
    if (typeof size === "number" && !(Number.isSafeInteger(size) && size > 0)) refuse(`${size} is no size`);
    const declared = shape?.[axis] ?? null;
    if (declared !== null && declared !== size) refuse(`the model fixes axis ${axis} at ${declared}`);
    if (size === "batch" && axis > 0) refuse(`batch is the name of the first axis`);
  });
  return [...given];
}

function isNames(dynamic: NonNullable<ShapeOptions["dynamic"]>): dynamic is readonly string[] {
  return Array.isArray(dynamic);
}

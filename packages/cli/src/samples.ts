import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import type { InputSpec, InputSpecs } from "@vaekit/export";
import { arrayTypes, DataError, type RuntimeTensor, UsageError } from "@vaekit/infer";
import { parseNumpy } from "./npy.js";
import { readNpz } from "./npz.js";

/**
 * Real inputs of a model from NumPy's files: .npz with one array for each input under its name, or .npy for a model
 * with one input. Numbers are turned into the input's dtype.
 * @throws DataError for files that are damaged, lack an input, or hold rows of another shape
 */
export async function readSamples(
  path: string,
  inputs: InputSpecs,
): Promise<Record<string, RuntimeTensor["data"]>> {
  const ending = extname(path).toLowerCase();
  const names = Object.keys(inputs);
  if (ending !== ".npz" && ending !== ".npy")
    throw new UsageError(`--samples ${path}: give a .npz or .npy file`);
  if (ending === ".npy" && names.length !== 1) {
    throw new UsageError(
      `--samples ${path}: the model has the inputs ${names.join(", ")}; give a .npz with all of them`,
    );
  }
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === "ENOENT" ? "no such file" : `cannot be read (${cause.code})`;
    throw new DataError(`${path}: ${why}.`, { cause });
  });
  const members = ending === ".npz" ? readNpz(bytes, path) : { [names[0]!]: bytes };
  return Object.fromEntries(
    Object.entries(inputs).map(([name, spec]) => {
      const member = Object.hasOwn(members, name) ? members[name] : undefined;
      if (!member) {
        throw new DataError(
          `${path}: no array ${name}; it has ${Object.keys(members).join(", ") || "none"}.`,
        );
      }
      return [name, readArray(member, `${path}: ${name}`, spec)];
    }),
  );
}

function readArray(bytes: Uint8Array, where: string, spec: InputSpec): RuntimeTensor["data"] {
  let array: ReturnType<typeof parseNumpy>;
  try {
    array = parseNumpy(bytes);
    if (array.fortranOrder) throw new Error("it is in Fortran order; save it with numpy.ascontiguousarray");
  } catch (cause) {
    throw new DataError(`${where}: cannot be used: ${(cause as Error).message}.`, { cause });
  }
  const { shape } = array;
  const values = array.data as unknown as ArrayLike<number | bigint>;
  const rows = spec.shape.slice(1);
  const fits =
    shape.length === spec.shape.length &&
    rows.every((size, i) => typeof size !== "number" || size === shape[i + 1]);
  if (!fits) {
    throw new DataError(`${where} has the shape [${shape}], the model takes [${spec.shape.join(", ")}].`);
  }
  if (values.length === 0) throw new DataError(`${where} has the shape [${shape}]: no rows to verify on.`);
  const kind = arrayTypes[spec.storage ?? spec.dtype ?? "float32"] as Float32ArrayConstructor;
  return kind.from(values, Number);
}

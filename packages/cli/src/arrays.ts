import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { writeAtomic } from "@vaekit/export";
import { DataError, NdArray, UsageError } from "@vaekit/infer";
import { parse as parseCsv } from "csv-parse/sync";
import { dump } from "npyjs";
import { parseNumpy } from "./npy.js";

/** Write float32 rows as NumPy's .npy, or rank 2 as .csv with a header. */
export async function writeArray(path: string, array: NdArray, columnName: string): Promise<void> {
  if (extname(path).toLowerCase() === ".npy") {
    await writeAtomic(path, new Uint8Array(dump(array.data, [...array.shape])));
    return;
  }
  const columns = array.data.length / array.length;
  const lines = [Array.from({ length: columns }, (_, i) => `${columnName}${i}`).join(",")];
  for (let i = 0; i < array.length; i++) lines.push(array.row(i).data.join(","));
  await writeAtomic(path, `${lines.join("\n")}\n`);
}

/**
 * Read rows of numbers, [rows, columns], from .npy (float32 or float64) or .csv (with or without a header).
 * @throws DataError for files that are damaged, of another rank, or hold something else than finite numbers
 */
export async function readRows(path: string): Promise<NdArray> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new DataError(
      `${path}: ${cause.code === "ENOENT" ? "no such file" : `cannot be read (${cause.code})`}.`,
      { cause },
    );
  });
  const ending = extname(path).toLowerCase();
  if (ending !== ".npy" && ending !== ".csv")
    throw new UsageError(`${path}: codes are read from .npy or .csv`);
  const rows = ending === ".npy" ? fromNpy(bytes, path) : fromCsv(bytes, path);
  const at = rows.data.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) {
    const columns = rows.shape[1]!;
    throw new DataError(
      `${path}: row ${Math.floor(at / columns) + 1}, column ${(at % columns) + 1} is ${rows.data[at]}, not a finite number.`,
    );
  }
  return rows;
}

function fromNpy(bytes: Uint8Array, path: string): NdArray {
  try {
    const { data, shape, dtype, fortranOrder } = parseNumpy(bytes);
    if (dtype !== "f4" && dtype !== "f8") throw new Error(`it holds ${dtype}, not floating-point numbers`);
    if (shape.length !== 2) throw new Error(`it has the shape [${shape}], codes have [rows, latent]`);
    if (fortranOrder) throw new Error("it is in Fortran order; save it with numpy.ascontiguousarray");
    return new NdArray(Float32Array.from(data as unknown as Float64Array), shape);
  } catch (cause) {
    throw new DataError(`${path}: cannot be used: ${(cause as Error).message}.`, { cause });
  }
}

function fromCsv(bytes: Uint8Array, path: string): NdArray {
  let records: string[][];
  try {
    records = parseCsv(Buffer.from(bytes), { skip_empty_lines: true, trim: true, bom: true }) as string[][];
  } catch (cause) {
    throw new DataError(`${path}: not a table: ${(cause as Error).message}.`, { cause });
  }
  const header = records[0]?.some((cell) => cell !== "" && Number.isNaN(Number(cell))) ?? false;
  const rows = header ? records.slice(1) : records;
  if (rows.length === 0) throw new DataError(`${path}: it has no rows.`);
  const columns = rows[0]!.length;
  const values = rows.flatMap((row, i) =>
    row.map((cell, j) => {
      const value = cell === "" ? Number.NaN : Number(cell);
      if (Number.isNaN(value)) {
        throw new DataError(
          `${path}: row ${i + 1 + Number(header)}, column ${j + 1}: "${cell}" is not a number.`,
        );
      }
      return value;
    }),
  );
  return new NdArray(Float32Array.from(values), [rows.length, columns]);
}

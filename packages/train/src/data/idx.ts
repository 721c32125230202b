import { open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { DataError } from "@vaekit/infer";

/** An IDX file's contents: unsigned bytes of any rank (LeCun's MNIST page describes the format). */
export interface Idx {
  shape: number[];
  values: Uint8Array;
}

const unsignedByte = 0x08;
/** deflate cannot pack more than 1032 bytes into one. */
const deflateLimit = 1032;

/**
 * Read an IDX file of unsigned bytes, plain or gzipped. What the header declares is held against the file's
 * size before any of it is allocated.
 * @throws DataError for files that are missing, truncated, too long, not IDX, or not of unsigned bytes
 */
export async function readIdx(path: string): Promise<Idx> {
  const handle = await openFile(path);
  try {
    const stat = await handle.stat();
    if (stat.isDirectory())
      throw new DataError(`${path}: a directory, not an IDX file. Give the file in it.`);
    const { size } = stat;
    const magic = new Uint8Array(2);
    await handle.read(magic, 0, 2, 0);
    const gzipped = magic[0] === 0x1f && magic[1] === 0x8b;
    const file: Readable = handle.createReadStream({ start: 0, autoClose: false });
    const bytes = gzipped ? file.pipe(createGunzip()) : file;
    file.on("error", (error) => bytes.destroy(error));
    return await parse(bytes, path, gzipped ? size * deflateLimit : size, gzipped);
  } finally {
    await handle.close();
  }
}

async function openFile(path: string) {
  try {
    return await open(path, "r");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "no such file" : `cannot be read (${code})`;
    throw new DataError(`${path}: ${reason}. Check the path.`, { cause });
  }
}

async function parse(stream: Readable, path: string, limit: number, gzipped: boolean): Promise<Idx> {
  let head = new Uint8Array(0);
  let result: Idx | null = null;
  let filled = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      if (result) {
        filled = append(result, filled, chunk, path);
        continue;
      }
      head = concat(head, chunk);
      const header = parseHeader(head, path);
      if (!header) continue;
      result = allocate(header.shape, path, limit - header.length);
      filled = append(result, 0, head.subarray(header.length), path);
    }
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw new DataError(
      `${path}: ${gzipped ? "damaged gzip data" : "cannot be read"} (${(cause as Error).message}).`,
      {
        cause,
      },
    );
  }
  if (!result)
    throw new DataError(
      `${path}: ${head.length} bytes are too few for an IDX file; it is empty or truncated.`,
    );
  if (filled < result.values.length) {
    throw new DataError(
      `${path}: truncated: the header declares [${result.shape}] = ${result.values.length} bytes, ${filled} are there.`,
    );
  }
  return result;
}

/** Null while more bytes are needed. Magic number: two zeros, the type, the rank; then a big-endian size per axis. */
function parseHeader(bytes: Uint8Array, path: string): { shape: number[]; length: number } | null {
  if (bytes.length < 4) return null;
  if (bytes[0] !== 0 || bytes[1] !== 0) {
    throw new DataError(
      `${path}: not an IDX file: it starts with ${hex(bytes)}, IDX starts with 0000. Give an IDX file.`,
    );
  }
  if (bytes[2] !== unsignedByte) {
    throw new DataError(
      `${path}: IDX element type 0x${bytes[2]!.toString(16)}; only unsigned bytes (0x8) are read.`,
    );
  }
  const rank = bytes[3]!;
  const length = 4 + 4 * rank;
  if (bytes.length < length) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  return { shape: Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i)), length };
}

function allocate(shape: number[], path: string, available: number): Idx {
  const size = shape.reduce((product, n) => product * n, 1);
  if (size > available) {
    throw new DataError(
      `${path}: truncated or damaged: the header declares [${shape}] = ${size} bytes, the file can hold ${available} at most.`,
    );
  }
  return { shape, values: new Uint8Array(size) };
}

function append({ shape, values }: Idx, filled: number, chunk: Uint8Array, path: string): number {
  if (filled + chunk.length > values.length) {
    throw new DataError(
      `${path}: more data than the header's [${shape}] = ${values.length} bytes; the file is damaged.`,
    );
  }
  values.set(chunk, filled);
  return filled + chunk.length;
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

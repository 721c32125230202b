import { open, realpath, stat } from "node:fs/promises";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { DataError } from "@vaekit/infer";
import { type WeightsGroup, weightBytes } from "./manifest.js";

const again = "Copy the model again, or convert it again";

interface Shard {
  path: string;
  bytes: number;
}

/**
 * All weights of a model as one buffer, in the order of the manifest; each group's files are checked against the sizes
 * that the manifest declares before memory is taken for them.
 *
 * One buffer and not one a file: tfjs's CompositeArrayBuffer takes all files but the last to be equal in size for
 * enough to compute a byte's place, and reads zeros where the last is larger (tfjs-core 4.22, composite_array_buffer.ts).
 * @throws DataError for files that are missing, too short, too long, or outside of the model's directory
 */
export async function readWeights(directory: string, groups: readonly WeightsGroup[]): Promise<ArrayBuffer> {
  const shards: Shard[] = [];
  for (const { paths, weights } of groups) {
    const found = await Promise.all(paths.map((path) => findShard(directory, path)));
    const declared = weights.reduce((sum, weight) => sum + weightBytes(weight, directory), 0);
    const actual = found.reduce((sum, { bytes }) => sum + bytes, 0);
    if (actual !== declared) {
      const sizes = found.map(({ bytes }, i) => `${paths[i]} ${bytes}`).join(", ");
      throw new DataError(
        `${directory}: ${weights.length} weights (${weights[0]?.name ?? "none"}, ...) take ${declared} bytes, their files hold ${actual} ` +
          `(${sizes}): ${actual < declared ? "a file is truncated" : "these files belong to another model.json"}. ${again}.`,
      );
    }
    shards.push(...found);
  }
  const total = shards.reduce((sum, { bytes }) => sum + bytes, 0);
  const buffer = allocate(total, directory);
  let offset = 0;
  for (const { path, bytes } of shards) {
    await readInto(path, new Uint8Array(buffer, offset, bytes));
    offset += bytes;
  }
  return buffer;
}

/** Where a path of the manifest leads and how large the file is. @throws DataError when it leads out of the directory */
async function findShard(directory: string, path: string): Promise<Shard> {
  const refuse = (why: string): never => {
    throw new DataError(`${directory}: the manifest names the weights file ${JSON.stringify(path)}, ${why}.`);
  };
  const outside = "which is outside of the model's directory; nothing there is read";
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path)) {
    refuse(`which is an address; download it beside model.json and correct weightsManifest`);
  }
  if (path === "" || isAbsolute(path) || path.includes("\\") || path.includes("\0")) refuse(outside);
  const full = join(directory, path);
  if (!isWithin(resolve(directory), resolve(full))) refuse(outside);
  try {
    if (!isWithin(await realpath(directory), await realpath(full))) {
      refuse(`a link that leads ${outside.replace("which is ", "")}. Copy the file itself there`);
    }
    const found = await stat(full);
    if (!found.isFile()) refuse("which is not a file");
    return { path: full, bytes: found.size };
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw unreadable(full, cause);
  }
}

function isWithin(directory: string, path: string): boolean {
  const steps = relative(directory, path);
  return steps !== "" && steps !== ".." && !steps.startsWith(`..${sep}`) && !isAbsolute(steps);
}

async function readInto(path: string, target: Uint8Array): Promise<void> {
  try {
    const handle = await open(path, "r");
    try {
      let filled = 0;
      while (filled < target.length) {
        const { bytesRead } = await handle.read(target, filled, target.length - filled, filled);
        if (bytesRead === 0) throw new DataError(`${path}: it became shorter while it was read. ${again}.`);
        filled += bytesRead;
      }
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw unreadable(path, cause);
  }
}

function allocate(bytes: number, directory: string): ArrayBuffer {
  try {
    return new ArrayBuffer(bytes);
  } catch (cause) {
    throw new DataError(`${directory}: its weights take ${bytes} bytes, more than this process can have.`, {
      cause,
    });
  }
}

/** A file of a model that cannot be opened or read. */
export function unreadable(path: string, cause: unknown): DataError {
  const { code } = cause as NodeJS.ErrnoException;
  const what = code === "ENOENT" || code === "ENOTDIR" ? "no such file" : `cannot be read (${code})`;
  const advice =
    code === "ENOENT" ? "The model needs it: copy it to this place" : "Check the path and its permissions";
  return new DataError(`${path}: ${what}. ${advice}.`, { cause });
}

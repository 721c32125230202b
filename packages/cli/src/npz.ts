import { inflateRawSync } from "node:zlib";
import { DataError } from "@vaekit/infer";

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
const endSize = 22;
const longestComment = 65535;

/**
 * The members of a .npz file, NumPy's zip of .npy files, by name without their ending.
 * Zip as in PKWARE's APPNOTE 6.3: stored or deflated members, no encryption, no zip64.
 * @throws DataError for a damaged file, or a member of another kind
 */
export function readNpz(bytes: Uint8Array, where: string): Record<string, Uint8Array> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const members: Record<string, Uint8Array> = {};
  try {
    let at = 0;
    for (let end = buffer.length - endSize; end >= 0; end--) {
      if (end < buffer.length - endSize - longestComment) break;
      if (buffer.readUInt32LE(end) !== endSignature) continue;
      at = end;
      break;
    }
    if (at === 0) throw new Error("it is not a zip file, which .npz is");
    const count = buffer.readUInt16LE(at + 10);
    at = buffer.readUInt32LE(at + 16);
    for (let i = 0; i < count; i++) {
      if (buffer.readUInt32LE(at) !== entrySignature) throw new Error("its list of members is damaged");
      const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) =>
        buffer.readUInt16LE(at + offset),
      );
      const name = buffer.toString("utf8", at + 46, at + 46 + nameLength!);
      members[name.replace(/\.npy$/, "")] = readMember(buffer, at, name);
      at += 46 + nameLength! + extraLength! + commentLength!;
    }
  } catch (cause) {
    throw new DataError(`${where}: cannot be used: ${(cause as Error).message}.`, { cause });
  }
  return members;
}

/** One member by its entry in the list, where its sizes stand for sure. */
function readMember(buffer: Buffer, entry: number, name: string): Uint8Array {
  const method = buffer.readUInt16LE(entry + 10);
  const [packed, size, local] = [20, 24, 42].map((offset) => buffer.readUInt32LE(entry + offset)) as [
    number,
    number,
    number,
  ];
  if (buffer.readUInt32LE(local) !== localSignature) throw new Error(`its member ${name} is damaged`);
  const start = local + 30 + buffer.readUInt16LE(local + 26) + buffer.readUInt16LE(local + 28);
  const data = buffer.subarray(start, start + packed);
  if (data.length !== packed) throw new Error(`its member ${name} is truncated`);
  if (method !== 0 && method !== 8)
    throw new Error(`its member ${name} is packed in a way that NumPy does not use`);
  const plain = method === 0 ? data : inflateRawSync(data, { maxOutputLength: Math.max(size, 1) });
  if (plain.length !== size) throw new Error(`its member ${name} is damaged`);
  return plain;
}

import { BundleError } from "../errors.js";

/** One file of an archive, as the central directory tells of it. */
export interface ZipEntry {
  name: string;
  /** 0 stored, 8 deflated */
  method: number;
  crc: number;
  /** Bytes in the archive, and of the file itself. */
  compressed: number;
  size: number;
  /** Where its local header starts. */
  offset: number;
}

// Signatures and field offsets: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.
const localHeader = 0x04034b50;
const centralHeader = 0x02014b50;
const endOfDirectory = 0x06054b50;
const endBytes = 22;
const longestComment = 0xffff;

/** The files of a zip archive. @throws BundleError */
export function* zipEntries(bytes: Uint8Array, where: string): Generator<ZipEntry> {
  const view = viewOf(bytes);
  const end = findEnd(view);
  if (end < 0) throw notZip(bytes, where);
  const count = view.getUint16(end + 10, true);
  const directory = view.getUint32(end + 16, true);
  if (count === 0xffff || directory === 0xffffffff) throw zip64(where);
  if (view.getUint16(end + 4, true) !== 0 || view.getUint16(end + 8, true) !== count) {
    throw new BundleError(`${where}: an archive in several parts. Pack the bundle into one.`);
  }
  let at = directory;
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== centralHeader) throw damaged(where);
    const length = view.getUint16(at + 28, true);
    const next = at + 46 + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > end) throw damaged(where);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + length)).replaceAll("\\", "/");
    const entry = {
      name,
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      compressed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    };
    if (view.getUint16(at + 8, true) & 1) {
      throw new BundleError(`${where}: ${name} is encrypted. Pack the bundle without a password.`);
    }
    if ([entry.compressed, entry.size, entry.offset].includes(0xffffffff)) throw zip64(where);
    if (entry.method !== 0 && entry.method !== 8) {
      throw new BundleError(
        `${where}: ${name} is compressed by method ${entry.method}; stored and deflated files are read. ` +
          "Pack the bundle again, for example by `vaekit pack`.",
      );
    }
    yield entry;
    at = next;
  }
}

/** A file's bytes as they are in the archive. @throws BundleError when they are not where the directory says */
export function zipContent(bytes: Uint8Array, { offset, compressed }: ZipEntry, where: string): Uint8Array {
  const view = viewOf(bytes);
  if (offset + 30 > bytes.length || view.getUint32(offset, true) !== localHeader) throw damaged(where);
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + compressed > bytes.length) throw damaged(where);
  // Not subarray, which makes a Buffer of a Buffer.
  return new Uint8Array(bytes.buffer, bytes.byteOffset + start, compressed);
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** Where the record stands that ends an archive, or -1: nothing but its own comment comes after it. */
function findEnd(view: DataView): number {
  const last = view.byteLength - endBytes;
  for (let at = last; at >= Math.max(0, last - longestComment); at--) {
    if (view.getUint32(at, true) === endOfDirectory && view.getUint16(at + 20, true) === last - at) return at;
  }
  return -1;
}

const damaged = (where: string) =>
  new BundleError(`${where}: a damaged zip archive. Copy or pack the bundle again.`);
const zip64 = (where: string) =>
  new BundleError(
    `${where}: a zip64 archive, which is not read. Pack the bundle again, for example by \`vaekit pack\`.`,
  );

/** What people give in an archive's place, by how it starts: as text, or as hex digits. */
const kinds: [RegExp, string][] = [
  [/^$/, "it is empty"],
  [/^504b0304/, "it starts as one and is cut off, or has bytes behind its end; copy it again"],
  [/^\s*<(!doctype|html|\?xml)/i, "it is a web page, perhaps a server's answer for a missing file"],
  [/^\s*\{/, "it looks like JSON, perhaps vaekit.json without the other files"],
  [/^08[01][0-9a-f](12|1a|22|3a|42)/, "it looks like one ONNX model alone, and no vaekit.json there"],
  [/^1f8b/, "it is gzip; .tar.gz is not read"],
  [/^(377abcaf|52617221|28b52ffd|fd377a58)/, "it is an archive of another kind"],
];

function notZip(bytes: Uint8Array, where: string): BundleError {
  const start = bytes.subarray(0, 64);
  const hex = Array.from(start, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const text = new TextDecoder().decode(start);
  const kind = kinds.find(([pattern]) => pattern.test(hex) || pattern.test(text))?.[1];
  return new BundleError(
    `${where}: not a zip archive: ${kind ?? `it starts with ${hex.slice(0, 16)}`}. ` +
      "Give the directory that `vaekit export` wrote, or what `vaekit pack` makes of it.",
  );
}

const text = (bytes: Uint8Array, start: number, end: number): string =>
  String.fromCharCode(...bytes.subarray(start, end));
const startsWith =
  (...signature: readonly number[]) =>
  (bytes: Uint8Array): boolean =>
    signature.every((byte, i) => bytes[i] === byte);
/** An ISO base media file (HEIF) with one of these brands. */
const hasBrand =
  (...brands: readonly string[]) =>
  (bytes: Uint8Array): boolean => {
    if (text(bytes, 4, 8) !== "ftyp") return false;
    const end = Math.min(64, bytes[3]! + 256 * bytes[2]!);
    for (let at = 8; at + 4 <= end; at += 4) {
      if (at !== 12 && brands.includes(text(bytes, at, at + 4))) return true;
    }
    return false;
  };

/** How the files of each format begin. */
const signatures = {
  PNG: startsWith(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
  JPEG: startsWith(0xff, 0xd8, 0xff),
  GIF: (bytes) => /^GIF8[79]a/.test(text(bytes, 0, 6)),
  WebP: (bytes) => text(bytes, 0, 4) === "RIFF" && text(bytes, 8, 12) === "WEBP",
  AVIF: hasBrand("avif", "avis"),
  HEIC: hasBrand("heic", "heix", "heim", "heis", "hevc", "mif1"),
  TIFF: (bytes) => /^(II[*+]\0|MM\0[*+])/.test(text(bytes, 0, 4)),
  BMP: (bytes) => text(bytes, 0, 2) === "BM" && text(bytes, 6, 10) === "\0\0\0\0",
  "JPEG XL": (bytes) => startsWith(0xff, 0x0a)(bytes) || text(bytes, 4, 8) === "JXL ",
  SVG: (bytes) => /^\uFEFF?\s*(<\?xml[^>]*>\s*)?<svg/.test(new TextDecoder().decode(bytes.subarray(0, 256))),
  PDF: (bytes) => text(bytes, 0, 5) === "%PDF-",
} as const satisfies Record<string, (bytes: Uint8Array) => boolean>;

export type Format = keyof typeof signatures;

/** The format of an encoded picture, from its first bytes; null where they are of none that is known. */
export function formatOf(bytes: Uint8Array): Format | null {
  const names = Object.keys(signatures) as Format[];
  return names.find((name) => signatures[name](bytes)) ?? null;
}

/** A file's first bytes, for errors about a format that is not known. */
export function firstBytes(bytes: Uint8Array): string {
  if (bytes.length === 0) return "the file is empty";
  const hex = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0"));
  return `it begins with the bytes ${hex.join(" ")}`;
}

/** Width and height that a PNG's header declares; null where the header is cut off. */
export function pngSize(bytes: Uint8Array): { width: number; height: number } | null {
  if (bytes.length < 24 || text(bytes, 12, 16) !== "IHDR") return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, 24);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

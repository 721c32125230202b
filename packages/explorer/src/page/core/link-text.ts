/** Numbers to the last bit, in letters that an address may have. */
export function encodeNumbers(values: Float32Array): string {
  return encodeBytes(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

/** null for text that is not so many numbers, each of them finite. */
export function decodeNumbers(text: string, count: number): Float32Array | null {
  const bytes = decodeBytes(text);
  if (bytes?.length !== count * 4) return null;
  const values = new Float32Array(bytes.buffer);
  return values.every(Number.isFinite) ? values : null;
}

/** Rows of many, ascending, as one bit for each. */
export function encodeRows(rows: readonly number[]): string {
  const bits = new Uint8Array(((rows.at(-1) ?? -1) >> 3) + 1);
  for (const row of rows) bits[row >> 3]! |= 1 << (row & 7);
  return encodeBytes(bits);
}

/** The rows below `count` whose bits are set, ascending; none for other text. */
export function decodeRows(text: string, count: number): number[] {
  const bits = decodeBytes(text) ?? new Uint8Array();
  const rows: number[] = [];
  for (let row = 0; row < Math.min(count, bits.length * 8); row++) {
    if (bits[row >> 3]! & (1 << (row & 7))) rows.push(row);
  }
  return rows;
}

function encodeBytes(bytes: Uint8Array): string {
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function decodeBytes(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    const letters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  } catch {
    return null;
  }
}

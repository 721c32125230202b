const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** NumPy's format asks that the data begin at a multiple of 64 bytes. */
const alignment = 64;
/** Magic, version, and the header's length. */
const preamble = 10;

/**
 * A file in NumPy's format 1.0: float32, little-endian, row-major.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function encodeNpy(values: Float32Array, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`;
  const start = Math.ceil((preamble + header.length + 1) / alignment) * alignment;
  const bytes = new Uint8Array(start + values.length * 4);
  bytes.set([...magic, 1, 0]);
  const view = new DataView(bytes.buffer);
  view.setUint16(8, start - preamble, true);
  bytes.set(new TextEncoder().encode(`${header.padEnd(start - preamble - 1)}\n`), preamble);
  values.forEach((value, i) => {
    view.setFloat32(start + i * 4, value, true);
  });
  return bytes;
}

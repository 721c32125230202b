/** Functions of kernels.wat: addresses in bytes, multiples of 16. */
export interface Kernels {
  memory: WebAssembly.Memory;
  addBlock(
    from: number,
    count: number,
    columns: number,
    width: number,
    shift: number,
    sums: number,
    block: number,
    products: number,
  ): void;
  project(
    from: number,
    count: number,
    columns: number,
    matrix: number,
    offset: number,
    width: number,
    outputs: number,
    out: number,
  ): void;
}

/** Most numbers of a matrix that goes through the kernels: their memory never shrinks. */
export const kernelLimit = 2 ** 18;

/** kernels.wat, assembled, in base64. */
export const kernelsBase64 =
  "AGFzbQEAAAABGwNgBn9/f39/fwBgA397ewBgCH9/f39/f39/AAMFBAABAgIFAwEAAQcfAwZtZW1vcnkCAAhhZGRCbG9jawACB3Byb2plY3QAAwqDBgSSAgENewNAIAH9AAQAIQYgAf0ABBAhByAJIAb98AEhCSAKIAf98AEhCiAA/QoDACEIIAsgCCAG/fIB/fABIQsgDCAIIAf98gH98AEhDCAA/QoDCCEIIA0gCCAG/fIB/fABIQ0gDiAIIAf98gH98AEhDiAA/QoDECEIIA8gCCAG/fIB/fABIQ8gECAIIAf98gH98AEhECAA/QoDGCEIIBEgCCAG/fIB/fABIREgEiAIIAf98gH98AEhEiAAIANqIQAgASADaiEBIAJBAWsiAg0ACyAEIAsgDBABIAQgA2ohBCAEIA0gDhABIAQgA2ohBCAEIA8gEBABIAQgA2ohBCAEIBEgEhABIAUEQCAFIAkgChABCwskACAAIAD9AAQAIAH98AH9CwQAIAAgAP0ABBAgAv3wAf0LBBAL5wEDA38BewN/IANBA3QhDiAGIQogASEIA0BBACEJA0AgACAJQQJ0av0ABAAhCyAEIAlBA3RqIQwgCiAL/V8gDP0ABAD98QH9CwQAIAogCyAL/Q0ICQoLDA0ODwgJCgsMDQ4P/V8gDP0ABBD98QH9CwQQIApBIGohCiAJQQRqIgkgA0kNAAsgACACQQJ0aiEAIAhBAWsiCA0AC0EAIQ0DQEEAIQwDQCAGIAxqIAYgDWogASAOIAcgDCADbGogDWogBSANakEAIAwgDUYbEAAgDEEgaiIMIA1NDQALIA1BIGoiDSAOSQ0ACwveAQMDfwN7An8gBUEDdCEOA0BBACEIIAAgAkECdGohDwNAIAQgCEEDdGohCiAK/QAEAP3tASEMIAr9AAQQ/e0BIQ0gAyAIQQN0aiEKIAAhCQNAIAn9CQIA/V8hCyAMIAsgCv0ABAD98gH98AEhDCANIAsgCv0ABBD98gH98AEhDSAKIA5qIQogCUEEaiIJIA9JDQALIAcgCEECdGogDP1eIA39Xv0NAAECAwQFBgcQERITFBUWF/0LBAAgCEEEaiIIIAVJDQALIA8hACAHIAZBAnRqIQcgAUEBayIBDQALCw==";

let found: Kernels | null | undefined;

/** The vector kernels, or null where there is no WebAssembly with vectors, or a page's policy forbids it. */
export function findKernels(): Kernels | null {
  if (found === undefined) found = instantiate<Kernels>(kernelsBase64);
  return found;
}

/** The exports of a module in base64 that imports nothing, or null where there is no WebAssembly with vectors, or it is forbidden. */
export function instantiate<Exports>(base64: string): Exports | null {
  try {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
    return exports as Exports;
  } catch {
    return null;
  }
}

/** Address of each part in the kernels' memory, one after the other, made large enough; sizes in bytes. */
export function layOut({ memory }: { memory: WebAssembly.Memory }, sizes: readonly number[]): number[] {
  let end = 0;
  const addresses = sizes.map((size) => {
    const address = end;
    end = Math.ceil((end + size) / 16) * 16;
    return address;
  });
  const missing = end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65536));
  return addresses;
}

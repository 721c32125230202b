/**
 * Threefry-2x32 with 20 rounds: 64 bits of key and 64 of counter become 64 random bits.
 * Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011; the same cipher as JAX's.
 * It needs 32-bit additions and rotations only, which JavaScript has; Philox needs 64-bit products.
 * The two words are written to out[at] and out[at + 1].
 */
export function threefry2x32(k0: number, k1: number, c0: number, c1: number, out: Uint32Array, at = 0): void {
  const k2 = k0 ^ k1 ^ 0x1bd11bda;
  let x0 = (c0 + k0) | 0;
  let x1 = (c1 + k1) | 0;
  for (let group = 0; group < 5; group++) {
    if (group % 2 === 0) {
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0;
    } else {
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 17) | (x1 >>> 15)) ^ x0;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 29) | (x1 >>> 3)) ^ x0;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 16) | (x1 >>> 16)) ^ x0;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 24) | (x1 >>> 8)) ^ x0;
    }
    const turn = (group + 1) % 3;
    x0 = (x0 + (turn === 0 ? k0 : turn === 1 ? k1 : k2)) | 0;
    x1 = (x1 + (turn === 0 ? k1 : turn === 1 ? k2 : k0) + group + 1) | 0;
  }
  out[at] = x0;
  out[at + 1] = x1;
}

import type { ElementArray } from "../ir/element.js";
import type { Constant } from "./constant.js";

/** Finds constants of the same dtype, shape and elements, bit for bit. */
export class SharedConstants {
  /** By dtype and shape; by hash of the elements, once a second one has come. */
  private readonly known = new Map<string, Map<number, Constant[]> | Constant>();

  /** The first constant that equals this one: perhaps itself. */
  first(constant: Constant): Constant {
    const kind = `${constant.dtype}[${constant.shape}]`;
    const known = this.known.get(kind);
    if (!known || known === constant) {
      this.known.set(kind, constant);
      return constant;
    }
    const byHash = known instanceof Map ? known : new Map([[hash(known.data), [known]]]);
    this.known.set(kind, byHash);
    const alike = byHash.get(hash(constant.data)) ?? [];
    const found = alike.find((other) => other === constant || sameBits(other.data, constant.data));
    if (!found) byHash.set(hash(constant.data), [...alike, constant]);
    return found ?? constant;
  }
}

/** The passes go over the same weights again and again. */
const hashes = new WeakMap<ElementArray, number>();

/** FNV-1a (Fowler, Noll, Vo) over words instead of bytes. */
function hash(data: ElementArray): number {
  const known = hashes.get(data);
  if (known !== undefined) return known;
  const words = wordsOf(data);
  let sum = 0x811c9dc5;
  for (let i = 0; i < words.length; i++) sum = Math.imul(sum ^ words[i]!, 0x01000193);
  hashes.set(data, sum);
  return sum;
}

function sameBits(a: ElementArray, b: ElementArray): boolean {
  if (a.buffer === b.buffer && a.byteOffset === b.byteOffset) return true;
  const [x, y] = [wordsOf(a), wordsOf(b)];
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return false;
  return true;
}

function wordsOf({ buffer, byteOffset, byteLength }: ElementArray): Uint32Array | Uint8Array {
  const whole = byteOffset % 4 === 0 && byteLength % 4 === 0;
  return whole
    ? new Uint32Array(buffer, byteOffset, byteLength / 4)
    : new Uint8Array(buffer, byteOffset, byteLength);
}

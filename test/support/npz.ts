import { deflateRawSync } from "node:zlib";
import { dump } from "npyjs";

export interface NpzArray {
  data: Float32Array | Int32Array;
  shape: number[];
}

/** A .npz as NumPy writes it: savez stores its members, savez_compressed deflates them. */
export function npz(arrays: Record<string, NpzArray>, compressed = false): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const [array, { data, shape }] of Object.entries(arrays)) {
    const name = Buffer.from(`${array}.npy`);
    const plain = Buffer.from(dump(data, shape) as ArrayBuffer);
    const packed = compressed ? deflateRawSync(plain) : plain;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(compressed ? 8 : 0, 4);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(plain.length, 18);
    common.writeUInt16LE(name.length, 22);
    locals.push(Buffer.from("PK\x03\x04", "latin1"), common, name, packed);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    entries.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, rest, name);
    offset += 30 + name.length + packed.length;
  }
  const list = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(Object.keys(arrays).length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, list, end]);
}

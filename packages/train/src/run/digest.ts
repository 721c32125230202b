import { createHash } from "node:crypto";

/** sha256 of tensors and what is noted beside them. */
export function digestTensors(tensors: Readonly<Record<string, Float32Array>>, note: string): string {
  const hash = createHash("sha256").update(note);
  for (const [name, data] of Object.entries(tensors)) {
    hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest("hex");
}

/** What an address has behind "#" to open a site at a code. */
export function codeLink(z: Float32Array): string {
  return `z=${Buffer.from(z.buffer, z.byteOffset, z.byteLength).toString("base64url")}`;
}

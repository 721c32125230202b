declare module "*/tools/python.mjs" {
  /** The Python of the oracles where it imports all that is needed, else null. Installs nothing. */
  export function findPython(options?: { needs?: string[] }): string | null;
}

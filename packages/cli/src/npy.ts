import { parse } from "npyjs";

/** A NumPy array. @throws Error that says what is the matter with the bytes */
export function parseNumpy(bytes: Uint8Array): ReturnType<typeof parse> {
  const cutShort = "the file is cut short: it has fewer numbers than its header declares";
  let array: ReturnType<typeof parse>;
  try {
    array = parse(new Uint8Array(bytes).buffer);
  } catch (cause) {
    // The view of elements ends beyond the file, or amid one.
    if (cause instanceof RangeError) throw new Error(cutShort, { cause });
    throw cause;
  }
  const declared = array.shape.reduce((product, size) => product * size, 1);
  if ((array.data as unknown as ArrayLike<number>).length < declared) throw new Error(cutShort);
  return array;
}

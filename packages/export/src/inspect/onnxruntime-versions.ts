/** The newest operator set and file format that a version of ONNX Runtime loads. */
interface Loads {
  version: string;
  opset: number;
  ir: number;
}

/**
 * The versions with which that changed. Its documentation (docs/Versioning.md) says that each loads all operator sets
 * from 7 on, and names the newest of older versions only, so these were tried: one Relu at every opset and IR version
 * in onnxruntime-node 1.10 to 1.14 and in Python's onnxruntime 1.15 to 1.32.
 */
export const onnxRuntimes: readonly Loads[] = [
  { version: "1.10", opset: 15, ir: 8 },
  { version: "1.11", opset: 16, ir: 8 },
  { version: "1.12", opset: 17, ir: 8 },
  { version: "1.14", opset: 18, ir: 8 },
  { version: "1.15", opset: 19, ir: 9 },
  { version: "1.17", opset: 20, ir: 9 },
  { version: "1.18", opset: 21, ir: 10 },
  { version: "1.21", opset: 22, ir: 10 },
  { version: "1.23", opset: 23, ir: 11 },
  { version: "1.24", opset: 25, ir: 13 },
  { version: "1.25", opset: 26, ir: 13 },
  { version: "1.32", opset: 28, ir: 14 },
];
const oldestOpset = 7;

/** Domains whose operators ONNX Runtime brings itself. */
const builtIn: readonly string[] = [
  "ai.onnx",
  "ai.onnx.ml",
  "ai.onnx.training",
  "ai.onnx.preview",
  "ai.onnx.preview.training",
  "com.microsoft",
  "com.microsoft.nchwc",
  "com.ms.internal.nhwc",
];

export function isBuiltIn(domain: string): boolean {
  return builtIn.includes(domain);
}

/** The oldest version that loads a model of these operator sets and file format, and why. */
export function loadedBy(
  opsets: Readonly<Record<string, number>>,
  ir: number,
): { from: string | null; reason: string } {
  const opset = opsets["ai.onnx"];
  const what = opset === undefined ? `IR ${ir}` : `opset ${opset} and IR ${ir}`;
  if (opset !== undefined && opset < oldestOpset)
    return {
      from: null,
      reason: `opset ${opset} is older than ${oldestOpset}, the oldest that is supported`,
    };
  const found = onnxRuntimes.find((row) => (opset ?? 0) <= row.opset && ir <= row.ir);
  if (!found) return { from: null, reason: `${what}: newer than any version known here loads` };
  const oldest =
    found === onnxRuntimes[0] ? `${what}; older versions than ${found.version} were not tried` : what;
  return { from: found.version, reason: oldest };
}

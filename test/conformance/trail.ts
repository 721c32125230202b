import type { Value } from "../../packages/export/src/ir/value.ts";

/** What the spec that is running has done on the ONNX backend so far. */
export interface Trail {
  /** Kernels that it ran, in the order of their first use. */
  readonly kernels: Set<string>;
  /** What went wrong, with the kernel: also where the spec itself expects an error and so would pass. */
  readonly faults: { kind: FaultKind; kernel: string; message: string }[];
  /** Graphs that ONNX Runtime was given. */
  runs: number;
  /** Kernels that had to have int32 inputs as constants. */
  readonly fixed: Set<string>;
  /** What was recorded, by the backend that computes it. */
  readonly recorded: Map<Computer, Value[]>;
}

interface Computer {
  /** Run what is not known yet. */
  compute(values: readonly Value[]): void;
}

export type FaultKind = keyof typeof faultKinds;

export const faultKinds = {
  missing: "no lowering",
  refused: "ONNX Runtime refuses the graph",
  type: "the result has another shape or dtype than the lowering says",
} as const;

let current: Trail = fresh();

export const trail = (): Trail => current;

/** Forget the last spec. */
export function startTrail(): void {
  current = fresh();
}

/** The time that loading a model takes grows with the square of its outputs. */
const outputsPerModel = 200;

/** Compute what the spec recorded and never read, so that no graph goes untried. */
export function settle(): void {
  if (current.faults.length > 0) return;
  for (const [backend, values] of current.recorded) {
    for (let i = 0; i < values.length; i += outputsPerModel)
      backend.compute(values.slice(i, i + outputsPerModel));
  }
}

export function noteRecorded(backend: Computer, value: Value): void {
  const values = current.recorded.get(backend);
  if (values) values.push(value);
  else current.recorded.set(backend, [value]);
}

/** Note a fault and throw it. */
export function fault(kind: FaultKind, kernel: string, message: string): never {
  current.faults.push({ kind, kernel, message });
  throw new Error(`${kernel}: ${faultKinds[kind]}: ${message}`);
}

function fresh(): Trail {
  return { kernels: new Set(), faults: [], runs: 0, fixed: new Set(), recorded: new Map() };
}

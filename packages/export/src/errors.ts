import { exitCodes, VaekitError } from "@vaekit/infer";

/** A function that cannot be recorded: it reads values on the host, draws random numbers, or changes between traces. */
export class TraceError extends VaekitError {
  override readonly name: string = "TraceError";
  override readonly code = "TRACE";
  override readonly exitCode = exitCodes.data;
}

/** Kernels without an ONNX lowering; the message lists every one that was met. */
export class UnsupportedKernelError extends VaekitError {
  override readonly name: string = "UnsupportedKernelError";
  override readonly code = "UNSUPPORTED_KERNEL";
  override readonly exitCode = exitCodes.data;
}

/** A graph that breaks the rules of the IR or of ONNX: a bug in a lowering or a pass. */
export class GraphError extends VaekitError {
  override readonly name: string = "GraphError";
  override readonly code = "GRAPH";
  /** Nothing is wrong but that a shape depends on a value which is computed. */
  readonly computed: boolean;

  constructor(message: string, { computed = false, ...options }: ErrorOptions & { computed?: boolean } = {}) {
    super(message, options);
    this.computed = computed;
  }
}

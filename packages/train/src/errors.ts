import { exitCodes, VaekitError } from "@vaekit/infer";

/** A loss or weight that is NaN or infinite. The run keeps its last good checkpoint. */
export class DivergenceError extends VaekitError {
  override readonly name: string = "DivergenceError";
  override readonly code = "DIVERGENCE";
  override readonly exitCode = exitCodes.data;
}

/** A run directory that cannot be read or gone on with. */
export class RunError extends VaekitError {
  override readonly name: string = "RunError";
  override readonly code = "RUN";
  override readonly exitCode = exitCodes.data;
}

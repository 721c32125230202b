import { DataError, ShapeError } from "../errors.js";

/** One code as a call takes it: [latent] finite float32. @throws ShapeError or DataError */
export function checkVector(call: string, name: string, code: Float32Array, latent?: number): void {
  if (!(code instanceof Float32Array)) {
    throw new ShapeError(`${call}: ${name} must be a Float32Array, got ${described(code)}`);
  }
  if (code.length === 0) throw new ShapeError(`${call}: ${name} is empty`);
  if (latent !== undefined && code.length !== latent) {
    throw new ShapeError(
      `${call}: ${name} must have ${latent} numbers, as what it goes with; got ${code.length}`,
    );
  }
  const at = code.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) throw new DataError(`${call}: ${name}[${at}] is ${code[at]}; every number must be finite`);
}

function described(value: unknown): string {
  return Object(value) === value ? `${(value as object).constructor?.name}` : String(value);
}

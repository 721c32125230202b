import type { Value } from "./value.js";

export type Attribute = number | string | readonly number[] | FloatAttribute | FloatsAttribute;

/** ONNX tells INT from FLOAT: a plain number is an INT, this is a FLOAT. */
export interface FloatAttribute {
  readonly float: number;
}

/** A list of FLOATs; a plain list holds INTs. */
export interface FloatsAttribute {
  readonly floats: readonly number[];
}

export type Attributes = Readonly<Record<string, Attribute>>;

/** Where a node came from, for names and errors. */
export interface Origin {
  /** The tfjs kernel; empty for what a pass made. */
  readonly kernel: string;
  /** Layers and named scopes around the call, outermost first: `encoder/dense_1`. Empty where there are none. */
  readonly scope: string;
}

/** One ONNX operator call. */
export class Node {
  constructor(
    readonly op: string,
    /** null stands for an optional input that is left out. */
    readonly inputs: readonly (Value | null)[],
    readonly outputs: readonly Value[],
    readonly attributes: Attributes,
    readonly origin: Origin,
  ) {
    for (const output of outputs) output.producer = this;
  }

  get kernel(): string {
    return this.origin.kernel;
  }
}

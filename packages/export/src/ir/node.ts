import type { Value } from "./value.js";

export type Attribute = number | string | readonly number[] | FloatAttribute;

/** ONNX tells INT from FLOAT: a plain number is an INT, this is a FLOAT. */
export interface FloatAttribute {
  readonly float: number;
}

export type Attributes = Readonly<Record<string, Attribute>>;

/** One ONNX operator call. */
export class Node {
  constructor(
    readonly op: string,
    /** null stands for an optional input that is left out. */
    readonly inputs: readonly (Value | null)[],
    readonly outputs: readonly Value[],
    readonly attributes: Attributes,
    /** The tfjs kernel that it came from, for names and errors. */
    readonly kernel: string,
  ) {
    for (const output of outputs) output.producer = this;
  }
}

import type { InputSpecs, TensorFunction } from "../trace/trace.js";

/** What can be exported: a tfjs function of named tensors, with what its inputs look like. */
export interface ExportSource {
  fn: TensorFunction;
  inputs: InputSpecs;
  /** Names the model in errors and in the ONNX file. */
  name: string;
}

export type ModelFormat = "layers-model" | "graph-model";

/** A saved model that was read back into tfjs. The caller disposes of it. */
export interface LoadedModel extends ExportSource {
  readonly format: ModelFormat;
  /** Frees the weights. */
  dispose(): void;
}

/** Sizes of an axis: a number, or the name of one that stays open in the graph, "height"; "4*height" for multiples of 4. */
export type AxisSize = number | string;

/** An input as its model declares it; null is an axis that the model leaves open. */
export interface DeclaredInput {
  name: string;
  /** null: the model does not even say how many axes there are. */
  shape: readonly (number | null)[] | null;
  dtype: "float32" | "int32" | "bool";
}

/** What the user says about axes that a model leaves open. */
export interface ShapeOptions {
  /** Names for the open axes after the batch, in order; the same ones for every input unless they are given by input. */
  dynamic?: readonly string[] | Readonly<Record<string, readonly string[]>>;
  /** Whole shapes by input: a number fixes an axis, a name leaves it open under that name. */
  shapes?: Readonly<Record<string, readonly AxisSize[]>>;
}

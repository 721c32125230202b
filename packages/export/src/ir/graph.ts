import { arrayTypes, type DType, type TypedArray } from "@vaekit/infer";
import { inferOutputs } from "./infer.js";
import { type Attributes, Node } from "./node.js";
import { type Shape, Value } from "./value.js";

export interface Output {
  readonly name: string;
  readonly value: Value;
}

/** What an operator call may say beside its inputs. */
export interface OpOptions {
  attributes?: Attributes;
  /** Shape and dtype of the outputs, where they are known better than inference could tell. */
  outputs?: readonly { dtype: DType; shape: Shape }[];
}

/** A dataflow graph over ONNX operators: nodes in an order in which each value is made before it is used. */
export class Graph {
  readonly inputs: Value[] = [];
  readonly nodes: Node[] = [];
  readonly outputs: Output[] = [];
  /** The tfjs kernel being lowered; new nodes carry it. */
  kernel = "";

  input(name: string, dtype: DType, shape: Shape): Value {
    const value = new Value(dtype, shape, null, name);
    this.inputs.push(value);
    return value;
  }

  output(name: string, value: Value): void {
    this.outputs.push({ name, value });
  }

  constant(dtype: DType, data: TypedArray, shape: readonly number[], name: string | null = null): Value {
    return new Value(dtype, shape, data, name);
  }

  /** A constant of rank 0. */
  scalar(value: number, dtype: Exclude<DType, "int64"> = "float32"): Value {
    return this.constant(dtype, arrayTypes[dtype].of(value), []);
  }

  /** A constant int64 vector, as ONNX takes shapes, axes and ends. */
  ints(values: readonly number[]): Value {
    return this.constant("int64", BigInt64Array.from(values, BigInt), [values.length]);
  }

  /** Append an operator with one output. */
  op(op: string, inputs: readonly (Value | null)[], options: OpOptions = {}): Value {
    return this.ops(op, inputs, options)[0]!;
  }

  /** Append an operator with any number of outputs. */
  ops(
    op: string,
    inputs: readonly (Value | null)[],
    { attributes = {}, outputs }: OpOptions = {},
  ): readonly Value[] {
    const types = outputs ?? inferOutputs(op, inputs, attributes);
    const values = types.map(({ dtype, shape }) => new Value(dtype, shape));
    this.nodes.push(new Node(op, inputs, values, attributes, this.kernel));
    return values;
  }
}

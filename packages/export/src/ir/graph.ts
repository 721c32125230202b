import { type ElementArray, type ElementType, elementArrays } from "./element.js";
import { inferOutputs } from "./infer.js";
import { type Attributes, Node, type Origin } from "./node.js";
import { type Shape, Value } from "./value.js";

export interface Output {
  readonly name: string;
  readonly value: Value;
}

/** What an operator call may say beside its inputs. */
export interface OpOptions {
  attributes?: Attributes;
  /** Shape and dtype of the outputs, where they are known better than inference could tell. */
  outputs?: readonly { dtype: ElementType; shape: Shape }[];
}

/** Accepted by every checker and runtime in use. */
export const defaultOpset = 17;
/** Versions of the default operator set that vaekit writes. */
export const opsets = { oldest: 13, newest: 24 } as const;

const nowhere: Origin = { kernel: "", scope: "" };

/** A dataflow graph over ONNX operators: nodes in an order in which each value is made before it is used. */
export class Graph {
  readonly inputs: Value[] = [];
  readonly nodes: Node[] = [];
  readonly outputs: Output[] = [];
  /** The tfjs kernel and layer being lowered; new nodes carry them. */
  origin: Origin = nowhere;

  /** opset: the version of ONNX's default operator set that the nodes are written for. */
  constructor(readonly opset: number = defaultOpset) {}

  /** Name the tfjs kernel that is being lowered; its scope stays. */
  set kernel(kernel: string) {
    this.origin = { ...this.origin, kernel };
  }

  get kernel(): string {
    return this.origin.kernel;
  }

  input(name: string, dtype: ElementType, shape: Shape): Value {
    const value = new Value(dtype, shape, null, name);
    this.inputs.push(value);
    return value;
  }

  output(name: string, value: Value): void {
    this.outputs.push({ name, value });
  }

  constant(
    dtype: ElementType,
    data: ElementArray,
    shape: readonly number[],
    name: string | null = null,
  ): Value {
    return new Value(dtype, shape, data, name);
  }

  /** A constant of rank 0. */
  scalar(value: number, dtype: Exclude<ElementType, "float16"> = "float32"): Value {
    const data = dtype === "int64" ? BigInt64Array.of(BigInt(value)) : elementArrays[dtype].of(value);
    return this.constant(dtype, data, []);
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
    const types = outputs ?? inferOutputs(op, inputs, attributes, this.opset);
    const values = types.map(({ dtype, shape }) => new Value(dtype, shape));
    this.nodes.push(new Node(op, inputs, values, attributes, this.origin));
    return values;
  }
}

import type { DType } from "../nd-array.js";
import type { Port } from "../runtime/types.js";
import { expect } from "./errors.js";
import { bytes, fields, float, floats, int, ints, text } from "./fields.js";
import { elementOf, readTensor } from "./read-tensor.js";
import type { Tensor } from "./tensor.js";

export type Attribute = number | string | readonly number[] | null;

export interface Node {
  op: string;
  name: string;
  /** "" for an optional input that is left out. */
  inputs: readonly string[];
  outputs: readonly string[];
  /** null: of a type that no operator here takes. */
  attributes: ReadonlyMap<string, Attribute>;
}

export interface Model {
  inputs: readonly Port[];
  outputs: readonly Port[];
  nodes: readonly Node[];
  initializers: ReadonlyMap<string, Tensor>;
}

/** Versions of ONNX's operator set whose operators mean what they mean here, the oldest and the newest. */
const opsets = [13, 24] as const;

/** Read an ONNX model. @throws TinyError for bytes that are none, or that use what is not here */
export function readModel(file: Uint8Array): Model {
  let graph: Uint8Array | null = null;
  let opset = 0;
  fields(file, {
    7: bytes((message) => (graph = message)),
    8: bytes((message) => {
      let [domain, version] = ["", 0];
      fields(message, { 1: text((value) => (domain = value)), 2: int((value) => (version = value)) });
      if (standard.includes(domain)) opset = version;
    }),
  });
  expect(graph, "no ONNX model: there is no graph");
  expect(
    opset >= opsets[0] && opset <= opsets[1],
    `it has opset ${opset}; ${opsets.join(" to ")} can be read`,
  );
  return readGraph(graph);
}

const standard = ["", "ai.onnx"];

function readGraph(message: Uint8Array): Model {
  const nodes: Node[] = [];
  const initializers = new Map<string, Tensor>();
  const inputs: Port[] = [];
  const outputs: Port[] = [];
  fields(message, {
    1: bytes((node) => nodes.push(readNode(node))),
    5: bytes((tensor) => {
      const { name, tensor: value } = readTensor(tensor);
      initializers.set(name, value);
    }),
    11: bytes((port) => inputs.push(readPort(port, "uint8"))),
    12: bytes((port) => outputs.push(readPort(port))),
  });
  expect(outputs.length > 0, "the model has no outputs");
  return { nodes, initializers, inputs: inputs.filter(({ name }) => !initializers.has(name)), outputs };
}

function readNode(message: Uint8Array): Node {
  const [inputs, outputs]: string[][] = [[], []];
  const attributes = new Map<string, Attribute>();
  let [op, name, domain] = ["", "", ""];
  fields(message, {
    1: text((value) => inputs!.push(value)),
    2: text((value) => outputs!.push(value)),
    3: text((value) => (name = value)),
    4: text((value) => (op = value)),
    5: bytes((attribute) => attributes.set(...readAttribute(attribute))),
    7: text((value) => (domain = value)),
  });
  if (!standard.includes(domain)) op = `${domain}.${op}`;
  return { op, name, inputs: inputs!, outputs: outputs!, attributes };
}

function readAttribute(message: Uint8Array): [string, Attribute] {
  const [wholes, reals]: number[][] = [[], []];
  let [name, kind, real, whole, string] = ["", 0, 0, 0, ""];
  fields(message, {
    1: text((value) => (name = value)),
    2: float((value) => (real = value)),
    3: int((value) => (whole = value)),
    4: text((value) => (string = value)),
    7: floats(reals!),
    8: ints(wholes!),
    20: int((value) => (kind = value)),
  });
  /** AttributeProto.AttributeType */
  const values: Readonly<Record<number, Attribute>> = { 1: real, 2: whole, 3: string, 6: reals!, 7: wholes! };
  return [name, values[kind] ?? null];
}

/** other: an element type that it may have beside float32 */
function readPort(message: Uint8Array, other?: DType): Port {
  const shape: (number | string)[] = [];
  let [name, code] = ["", 0];
  const dim = bytes((value) => {
    let size: number | string = 0;
    fields(value, { 1: int((n) => (size = n)), 2: text((symbol) => (size = symbol)) });
    shape.push(size);
  });
  const tensor = bytes((type) =>
    fields(type, { 1: int((value) => (code = value)), 2: bytes((dims) => fields(dims, { 1: dim })) }),
  );
  fields(message, { 1: text((value) => (name = value)), 2: bytes((type) => fields(type, { 1: tensor })) });
  const dtype = elementOf(code, name);
  expect(dtype === "float32" || dtype === other, `${name} is ${dtype}`);
  return { name, dtype, shape };
}

import type { onnx } from "../../packages/export/src/proto/generated/onnx.js";

type Properties = onnx.ModelProto.$Properties;

const tensor = (name: string, values: readonly number[]): onnx.TensorProto.$Properties => ({
  name,
  dims: [values.length],
  data_type: 1,
  raw_data: new Uint8Array(Float32Array.from(values).buffer),
});
const float = (...sizes: (number | string | null)[]): onnx.TypeProto.$Properties => ({
  tensor_type: {
    elem_type: 1,
    shape: {
      dim: sizes.map((size) =>
        typeof size === "number" ? { dim_value: size } : size === null ? {} : { dim_param: size },
      ),
    },
  },
});
const node = (op_type: string, input: string[], output: string[], more: onnx.NodeProto.$Properties = {}) => ({
  op_type,
  input,
  output,
  name: `scope/${op_type}`,
  ...more,
});
const branch = (name: string): onnx.GraphProto.$Properties => ({
  name,
  node: [node("Mul", ["h", "two"], [name])],
  initializer: [tensor("two", [2])],
  output: [{ name, type: float("batch", 2) }],
});

/** A model with what vaekit's own graphs do not have: subgraphs, functions, sequences, sparse and external tensors. */
export function everythingModel(): Properties {
  return {
    ir_version: 10,
    producer_name: "everything",
    producer_version: "1",
    opset_import: [
      { domain: "", version: 21 },
      { domain: "my.own", version: 1 },
      { domain: "com.other", version: 3 },
    ],
    metadata_props: [{ key: "author", value: "nobody <b>&\n" }],
    functions: [
      {
        domain: "my.own",
        name: "Twice",
        input: ["a"],
        output: ["b"],
        attribute: ["scale"],
        opset_import: [{ domain: "", version: 21 }],
        node: [node("Add", ["a", "a"], ["b"])],
      },
    ],
    training_info: [{ algorithm: { name: "train", node: [node("Add", ["h", "h"], ["step"])] } }],
    graph: {
      name: "everything",
      input: [
        { name: "x", type: float("batch", null, 2) },
        { name: "choice", type: { tensor_type: { elem_type: 9, shape: {} } } },
        { name: "list", type: { sequence_type: { elem_type: float(3) } } },
        { name: "maybe", type: { optional_type: { elem_type: float() } } },
        { name: "scores", type: { map_type: { key_type: 7, value_type: float(1) } } },
      ],
      node: [
        node("Add", ["x", "weights"], ["h"]),
        node("Twice", ["h"], ["t"], { domain: "my.own", attribute: [{ name: "scale", type: 1, f: 0.1 }] }),
        node("Strange", ["t", ""], ["s", "unused"], {
          domain: "com.other",
          attribute: [
            { name: "text", type: 3, s: new TextEncoder().encode("αβ") },
            { name: "texts", type: 8, strings: [new Uint8Array([0xff, 0]), new Uint8Array()] },
            { name: "ints", type: 7, ints: [1, -2, 2 ** 40] },
            { name: "floats", type: 6, floats: [0.5, Number.NaN] },
            { name: "type", type: 13, tp: float(4) },
          ],
        }),
        node("If", ["choice"], ["y"], {
          attribute: [
            { name: "then_branch", type: 5, g: branch("yes") },
            { name: "else_branch", type: 5, g: branch("no") },
          ],
        }),
        node("Constant", [], ["c"], { attribute: [{ name: "value", type: 4, t: tensor("", [1, 2, 3]) }] }),
        node("SequenceAt", ["list", "c"], ["at"]),
      ],
      initializer: [
        tensor("weights", [1, 2]),
        { name: "numbers", dims: [3], data_type: 7, int64_data: [1, 2, 3] },
        {
          name: "words",
          dims: [2],
          data_type: 8,
          string_data: [new TextEncoder().encode("one"), new Uint8Array()],
        },
        { name: "halves", dims: [3], data_type: 22, raw_data: new Uint8Array(2) },
        {
          name: "far",
          dims: [256, 4],
          data_type: 1,
          data_location: 1,
          external_data: Object.entries({ location: "far.data", offset: "64", length: "4096" }).map(
            ([key, value]) => ({
              key,
              value,
            }),
          ),
        },
      ],
      sparse_initializer: [
        {
          values: tensor("thin", [5]),
          indices: { name: "", dims: [1], data_type: 7, raw_data: new Uint8Array(8) },
          dims: [1000],
        },
      ],
      quantization_annotation: [
        { tensor_name: "x", quant_parameter_tensor_names: [{ key: "SCALE_TENSOR", value: "s" }] },
      ],
      value_info: [{ name: "h", type: float("batch", null, 2) }],
      output: [
        { name: "y", type: float("batch", 2) },
        { name: "s", type: { opaque_type: { domain: "com.other", name: "Thing" } } },
        { name: "at" },
      ],
    },
  };
}

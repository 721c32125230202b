import { decodeModel, encodeModel, ModelError } from "@vaekit/export";
import { VaekitError } from "@vaekit/infer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { onnx } from "../../packages/export/src/proto/generated/onnx.js";
import { richGraph } from "./rich-graph.ts";

/** The model with something changed in it, as bytes. */
const changed = (change: (graph: onnx.GraphProto.$Properties) => void) => (): Uint8Array => {
  const model = onnx.ModelProto.decode(encodeModel(richGraph()));
  change(model.graph!);
  return onnx.ModelProto.encode(model).finish();
};

const pixels = ({ input }: onnx.GraphProto.$Properties) => input![0]!.type!.tensor_type!;
const dim = (at: number, size: object) =>
  changed((graph) => Object.assign(pixels(graph).shape!.dim![at]!, size));
const attribute = (change: object) => changed(({ node }) => Object.assign(node![0]!.attribute![0]!, change));
const constant = (change: object) => changed(({ initializer }) => Object.assign(initializer![0]!, change));

describe("a model that vaekit cannot hold is a ModelError that names the file", () => {
  const beyond = "9007199254740993"; // 2^53 + 1
  const refused: Record<string, [() => Uint8Array, RegExp]> = {
    "no bytes": [() => new Uint8Array(), /^a.onnx: the model has no graph/],
    garbage: [
      () => new TextEncoder().encode("<!DOCTYPE html><html>not found</html>"),
      /^a.onnx: not an ONNX model/,
    ],
    "a file cut in half": [() => encodeModel(richGraph()).slice(0, 300), /^a.onnx: not an ONNX model/],
    "a size beyond 53 bits": [dim(1, { dim_value: beyond }), /9007199254740993 is beyond 53 bits/],
    "an attribute beyond 53 bits": [attribute({ i: beyond }), /9007199254740993 is beyond 53 bits/],
    "a negative size": [dim(1, { dim_value: -3 }), /pixels has the size -3/],
    "a constant of negative sizes": [constant({ dims: [-1, -3] }), /weights\/special has the size -1/],
    "an input without a shape": [
      changed((graph) => Object.assign(pixels(graph), { shape: null })),
      /pixels has no tensor type with a shape/,
    ],
    "another element type": [
      changed((graph) => Object.assign(pixels(graph), { elem_type: 11 })),
      /element type 11 is not one of/,
    ],
    "a constant cut short": [constant({ raw_data: new Uint8Array(3) }), /holds 3 bytes where/],
    "a constant in another file": [
      constant({ raw_data: null, data_location: 1 }),
      /special holds its elements in another file/,
    ],
    "a tensor attribute": [attribute({ type: 4 }), /attribute to has type 4, which vaekit does not read/],
    "a node whose input nobody makes": [
      changed(({ node }) => void node![1]!.input!.splice(0, 1, "lost")),
      /lost is used before it is made/,
    ],
    "an output that nobody makes": [
      changed(({ output }) => Object.assign(output![0]!, { name: "lost" })),
      /lost is used before it is made/,
    ],
    "a name made twice": [
      changed(({ node }) => void node![1]!.output!.splice(0, 1, node![0]!.output![0]!)),
      /First\/Cast is made twice/,
    ],
    "an operator without its inputs": [
      changed((graph) => {
        graph.value_info = [];
        graph.node![0]!.input = [];
      }),
      /^a.onnx: Cast: /,
    ],
    "an operator that vaekit does not know, without declared types": [
      changed((graph) => {
        graph.value_info = [];
        graph.node![0]!.op_type = "Mystery";
      }),
      /^a.onnx: ONNX operator Mystery has no row/,
    ],
  };

  it.each(Object.entries(refused))("%s", (_, [make, message]) => {
    expect(() => decodeModel(make(), "a.onnx")).toThrow(ModelError);
    expect(() => decodeModel(make(), "a.onnx")).toThrow(message);
  });

  it.each([
    ["types declared", () => encodeModel(richGraph())],
    ["types inferred", changed((graph) => Object.assign(graph, { value_info: [] }))],
  ])("damaged anywhere, %s: it decodes or it says so, never a TypeError", (_, make) => {
    const bytes = make();
    expect(() => decodeModel(bytes)).not.toThrow();
    const place = fc.record({ at: fc.nat(bytes.length - 1), value: fc.nat(255) });
    const places = fc.array(place, { minLength: 1, maxLength: 3 });
    const end = fc.option(fc.nat(bytes.length));
    let failures = 0;
    const property = fc.property(places, end, (changes, length) => {
      const damaged = bytes.slice(0, length ?? bytes.length);
      for (const { at, value } of changes) if (at < damaged.length) damaged[at] = value;
      try {
        decodeModel(damaged);
      } catch (error) {
        failures++;
        if (!(error instanceof VaekitError)) throw error;
      }
    });
    fc.assert(property, { numRuns: 1000, seed: 5 });
    expect(failures).toBeGreaterThan(100);
  });
});

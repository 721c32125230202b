import { conditionSize } from "@vaekit/infer";
import type { ServedBundle } from "../bundle/bundle.js";
import { errorAnswers, json, nested, object, type Schema } from "../openapi/schema.js";
import type { TensorSpec } from "../tensor/datatypes.js";

/** A bundle's routes with its own shapes, for the OpenAPI document. */
export function friendlySchemas({ name, current: { signatures, model } }: ServedBundle, hide: boolean) {
  const { condition } = model.manifest;
  const { encoder, decoder, scorer } = signatures;
  const integer = { type: "integer", minimum: 0 };
  const pixels = rowsOf(encoder.inputs[0]!, { type: "integer", minimum: 0, maximum: 255 });
  const rows: Schema = {
    oneOf: [
      { type: "array", items: { type: "number" } },
      nested([null, condition ? conditionSize(condition) : 0], { type: "number" }),
    ],
    description:
      condition?.kind === "labels"
        ? `labels from 0 to ${condition.classes - 1}, or rows of ${condition.classes}; one for all or one for each`
        : `rows of ${condition?.names.join(", ")}; one for all or one for each`,
  };
  const given: Readonly<Record<string, Schema>> = condition ? { c: rows } : {};
  const needed = condition ? ["c"] : [];
  const answer = (specs: readonly TensorSpec[], only?: string) =>
    json(
      object(
        Object.fromEntries(
          specs.filter((spec) => !only || spec.name === only).map((spec) => [spec.name, rowsOf(spec)]),
        ),
      ),
    );
  const png = { schema: { type: "string", format: "binary" } };
  const route = (summary: string, rest: object) => ({ tags: [name], summary, hide, ...rest });
  const errors = errorAnswers(400, 413, 422, 429);
  const body = (properties: Readonly<Record<string, Schema>>, required: readonly string[]) => ({
    content: {
      "application/json": { schema: object({ ...properties, ...given }, [...required, ...needed]) },
    },
  });
  const withPicture = (properties: Readonly<Record<string, Schema>> = {}) => ({
    content: {
      ...body({ x: pixels, ...properties }, ["x"]).content,
      "image/png": png,
    },
  });
  const withPng = (specs: readonly TensorSpec[], only?: string) => {
    const { description, content } = answer(specs, only) as { description: string; content: object };
    return { description, content: { ...content, "image/png": png } };
  };
  const query = object({
    count: { ...integer, minimum: 1, description: "default 16" },
    seed: { ...integer, description: "default 0" },
    temperature: { type: "number", minimum: 0, description: "scale of the draws; default 1" },
    ...(condition && { c: { type: "string", description: "numbers with commas between" } }),
  });
  const code = rowsOf({ name: "z", dtype: "float32", row: [model.manifest.latent] });
  return {
    encode: route("Pictures to the parameters of their posteriors", {
      body: withPicture(),
      response: { 200: answer(encoder.outputs), ...errors },
    }),
    decode: route("Codes to the means of their data; as a picture with Accept: image/png", {
      body: body(
        {
          z: code,
          outputs: {
            type: "array",
            items: { type: "string", enum: decoder.outputs.map((output) => output.name) },
            description: "default x_mean",
          },
        },
        ["z"],
      ),
      response: { 200: withPng(decoder.outputs), ...errors },
    }),
    reconstruct: route("Pictures, encoded and decoded; as a picture with Accept: image/png", {
      body: withPicture(),
      response: { 200: withPng(decoder.outputs, "x_mean"), ...errors },
    }),
    score: route("Terms of the evidence lower bound of each picture, in nats, at one sampled z", {
      body: withPicture({ seed: integer }),
      response: { 200: answer(scorer.outputs), ...errors },
    }),
    sample: route("Draws from the prior, decoded", {
      querystring: query,
      response: {
        200: json(
          object({ x_mean: rowsOf(decoder.outputs.find((output) => output.name === "x_mean")!), z: code }),
        ),
        ...errors,
      },
    }),
    "sample.png": route("Draws from the prior as one picture: of one draw the bare one, of several a grid", {
      querystring: query,
      response: { 200: { description: "OK", content: { "image/png": png } }, ...errors },
    }),
  };
}

function rowsOf({ row }: TensorSpec, items: Schema = { type: "number" }): Schema {
  return nested([null, ...row], items);
}

import type { ServedBundle } from "../bundle/bundle.js";
import { graphs } from "../bundle/signature.js";
import { errorAnswers, json, object, text } from "../openapi/schema.js";

/** The protocol's routes, for the OpenAPI document; versioned: of paths that name a version. */
export function protocolSchemas(bundles: readonly ServedBundle[], versioned: boolean) {
  const models = bundles.flatMap(({ name }) => graphs.map((graph) => `${name}.${graph}`));
  const params = object({
    name: { type: "string", enum: models },
    ...(versioned && { version: text("as the model's metadata name it") }),
  });
  const tags = ["Open Inference Protocol"];
  const tensor = {
    name: text(),
    shape: { type: "array", items: { type: "integer" }, description: "rows first" },
    datatype: { type: "string", enum: ["FP32", "UINT8"] },
  };
  const data = {
    type: "array",
    description: "numbers, flat in row-major order or nested by the shape",
    items: {},
  };
  const binarySize = {
    binary_data_size: { type: "integer", description: "bytes behind the JSON, little-endian" },
  };
  const request = object(
    {
      id: text("comes back in the answer"),
      parameters: object({
        binary_data_output: { type: "boolean", description: "all outputs as bytes behind the JSON" },
        seed: { type: "integer", description: "of a scorer's noise; default 0" },
      }),
      inputs: {
        type: "array",
        items: object({ ...tensor, data, parameters: object(binarySize) }, ["name", "shape", "datatype"]),
      },
      outputs: {
        type: "array",
        description: "default all",
        items: object({ name: text(), parameters: object({ binary_data: { type: "boolean" } }) }, ["name"]),
      },
    },
    ["inputs"],
  );
  const answer = object({
    model_name: text(),
    model_version: text(),
    id: text(),
    outputs: { type: "array", items: object({ ...tensor, data, parameters: object(binarySize) }) },
  });
  const ports = { type: "array", items: object(tensor) };
  const route = (summary: string, rest: object = {}) => ({ tags, summary, ...rest });
  const withModel = (summary: string, rest: object) => route(summary, { params, ...rest });
  return {
    server: route("The server's name, version and extensions", {
      response: {
        200: json(object({ name: text(), version: text(), extensions: { type: "array", items: text() } })),
      },
    }),
    live: route("Whether the server runs", {
      response: { 200: json(object({ live: { type: "boolean" } })) },
    }),
    ready: route("Whether the server takes requests; 503 once it stops", {
      response: { 200: json(object({ ready: { type: "boolean" } })) },
    }),
    index: route("The models that are served", {
      response: {
        200: json({
          type: "array",
          items: object({ name: text(), version: text(), state: text(), reason: text() }),
        }),
      },
    }),
    metadata: withModel("A model's inputs and outputs", {
      response: {
        200: json(
          object({
            name: text(),
            versions: { type: "array", items: text() },
            platform: text(),
            inputs: ports,
            outputs: ports,
          }),
        ),
        ...errorAnswers(404),
      },
    }),
    modelReady: withModel("Whether a model takes requests", {
      response: { 200: json(object({ name: text(), ready: { type: "boolean" } })), ...errorAnswers(404) },
    }),
    infer: withModel("Run a model", {
      headers: object({
        "inference-header-content-length": {
          type: "integer",
          description: "bytes of JSON, where binary tensor data follow it",
        },
      }),
      body: {
        content: { "application/json": { schema: request }, "application/octet-stream": { schema: {} } },
      },
      response: { 200: json(answer), ...errorAnswers(400, 404, 413, 422, 429) },
    }),
  };
}

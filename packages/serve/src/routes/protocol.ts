import type { FastifyInstance } from "fastify";
import { bytesOf } from "../app/body.js";
import { clientSignal, sendJson } from "../app/reply.js";
import type { ServedBundle } from "../bundle/bundle.js";
import { runGraph } from "../bundle/run.js";
import { type Graph, graphs } from "../bundle/signature.js";
import type { Context } from "../context.js";
import { RequestError } from "../errors.js";
import { packageVersion } from "../package-version.js";
import { parseInferRequest } from "../protocol/request.js";
import { buildInferResponse } from "../protocol/response.js";
import { datatypes, type TensorSpec } from "../tensor/datatypes.js";
import { protocolSchemas } from "./protocol-schemas.js";
import { seedOf } from "./values.js";

interface ModelPath {
  Params: { name: string; version?: string };
}

/** Parameters that a graph takes beside its tensors. */
const parameters: { readonly [G in Graph]: readonly string[] } = {
  encoder: [],
  decoder: [],
  scorer: ["seed"],
};

/** The Open Inference Protocol, version 2: each graph of a bundle is a model, `<bundle>.encoder` and so on. */
export function protocolRoutes(app: FastifyInstance, context: Context): void {
  const schemas = protocolSchemas(context.bundles, false);
  const open = { config: { open: true } };
  app.get("/v2", { schema: schemas.server }, (_, reply) =>
    sendJson(
      reply,
      JSON.stringify({ name: "vaekit", version: packageVersion, extensions: ["binary_tensor_data"] }),
    ),
  );
  app.get("/v2/health/live", { ...open, schema: schemas.live }, (_, reply) =>
    sendJson(reply, '{"live":true}'),
  );
  app.get("/v2/health/ready", { ...open, schema: schemas.ready }, (_, reply) =>
    sendJson(reply, `{"ready":${!context.draining}}`, context.draining ? 503 : 200),
  );
  app.post("/v2/repository/index", { schema: schemas.index }, (_, reply) =>
    sendJson(
      reply,
      JSON.stringify(
        context.bundles.flatMap(({ name, current }) =>
          graphs.map((graph) => ({
            name: `${name}.${graph}`,
            version: current.name,
            state: "READY",
            reason: "",
          })),
        ),
      ),
    ),
  );
  for (const path of ["/v2/models/:name", "/v2/models/:name/versions/:version"]) {
    const { metadata, modelReady, infer } = protocolSchemas(context.bundles, path.endsWith(":version"));
    app.get<ModelPath>(path, { schema: metadata }, ({ params }, reply) => {
      const { bundle, graph } = findModel(context, params);
      return sendJson(reply, JSON.stringify(metadataOf(bundle, graph)));
    });
    app.get<ModelPath>(`${path}/ready`, { schema: modelReady }, ({ params }, reply) => {
      findModel(context, params);
      return sendJson(
        reply,
        JSON.stringify({ name: params.name, ready: !context.draining }),
        context.draining ? 503 : 200,
      );
    });
    app.post<ModelPath>(`${path}/infer`, { schema: infer }, async ({ params, headers, body }, reply) => {
      const { bundle, graph } = findModel(context, params);
      const version = bundle.current;
      return version.during(async () => {
        const request = parseInferRequest(
          bytesOf(body),
          single(headers["inference-header-content-length"]),
          version.signatures[graph],
          { rows: context.largestRequest, parameters: parameters[graph] },
        );
        const { id, inputs, rows, outputs } = request;
        const seed = seedOf(request.parameters.seed);
        const signal = clientSignal(reply);
        const results = await context.admission.during(rows, () =>
          runGraph(version, graph, { inputs, rows, seed, signal }),
        );
        const head = {
          model_name: params.name,
          model_version: version.name,
          ...(id !== undefined && { id }),
        };
        const response = buildInferResponse(head, results, outputs);
        if ("json" in response) return sendJson(reply, response.json);
        return reply
          .header("inference-header-content-length", response.headerLength)
          .type("application/octet-stream")
          .send(response.bytes);
      });
    });
  }
}

function findModel(
  { bundles }: Context,
  { name, version }: ModelPath["Params"],
): { bundle: ServedBundle; graph: Graph } {
  const bundle = bundles.find((each) => graphs.some((graph) => `${each.name}.${graph}` === name));
  const graph = graphs.find((each) => name === `${bundle?.name}.${each}`);
  if (!bundle || !graph) {
    const names = bundles.flatMap((each) => graphs.map((kind) => `${each.name}.${kind}`));
    throw new RequestError(404, `there is no model ${name.slice(0, 80)}; there are ${names.join(", ")}`);
  }
  if (version !== undefined && version !== bundle.current.name) {
    throw new RequestError(
      404,
      `${name} has no version ${version.slice(0, 80)}; it is served in version ${bundle.current.name}`,
    );
  }
  return { bundle, graph };
}

function metadataOf({ name, current }: ServedBundle, graph: Graph) {
  const { inputs, outputs } = current.signatures[graph];
  return {
    name: `${name}.${graph}`,
    versions: [current.name],
    platform: "onnx_onnxv1",
    inputs: inputs.map(tensorMetadata),
    outputs: outputs.map(tensorMetadata),
  };
}

function tensorMetadata({ name, dtype, row }: TensorSpec) {
  return { name, datatype: datatypes[dtype].name, shape: [-1, ...row] };
}

/** Of a header sent twice, Node joins the values with a comma, which is no number. */
function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join() : header;
}

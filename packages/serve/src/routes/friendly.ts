import { NdArray } from "@vaekit/infer";
import { gridPng, readImages, toPng } from "@vaekit/infer/node";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { bytesOf } from "../app/body.js";
import { clientSignal, sendJson } from "../app/reply.js";
import type { Inputs, Outputs } from "../batching/batcher.js";
import type { ServedBundle } from "../bundle/bundle.js";
import { runGraph } from "../bundle/run.js";
import type { BundleVersion } from "../bundle/version.js";
import type { Context } from "../context.js";
import { badRequest } from "../errors.js";
import { checkCount, conditionsOfJson, rowsOfJson } from "../tensor/rows.js";
import { checkFinite, nestedJson } from "../tensor/to-json.js";
import { friendlySchemas } from "./friendly-schemas.js";
import { integerOf, numberOf, seedOf, type Values, valuesOfBody, valuesOfQuery } from "./values.js";

/** Pixels of a picture that a request may have: 64 MiB as it is unpacked. */
const limitPixels = 2 ** 24;
const sampleOptions = ["count", "seed", "temperature", "c"];
const defaultCount = 16;
const pictureAdvice = '. Send pictures with Content-Type: image/png (curl -H "Content-Type: image/png")';

interface Call {
  version: BundleVersion;
  request: FastifyRequest;
  reply: FastifyReply;
}

/** encode, decode, sample, reconstruct and score of one bundle, in plain JSON and PNG, under a prefix such as /digits. */
export function friendlyRoutes(
  app: FastifyInstance,
  context: Context,
  bundle: ServedBundle,
  { prefix, hide }: { prefix: string; hide: boolean },
): void {
  const schemas = friendlySchemas(bundle, hide);
  const route = (
    method: "GET" | "POST",
    name: keyof typeof schemas,
    handle: (call: Call) => Promise<FastifyReply>,
  ) =>
    app.route({
      method,
      url: `${prefix}/${name}`,
      schema: schemas[name],
      handler: (request, reply) => {
        const version = bundle.current;
        return version.during(() => handle({ version, request, reply }));
      },
    });

  /** Rows of pictures, and c, of a body in JSON, or one picture. */
  const pictures = async (name: string, { version, request }: Call, known: readonly string[]) => {
    const { model, signatures } = version;
    const { condition } = model.manifest;
    const body = bytesOf(request.body);
    const isPicture = request.headers["content-type"]?.toLowerCase().startsWith("image/");
    const values = isPicture
      ? valuesOfQuery(request.query, known.slice(1))
      : valuesOfBody(body, known, pictureAdvice);
    const x = isPicture
      ? await readImages(model.manifest, body, { limitPixels })
      : rowsOfJson(values.x, signatures.encoder.inputs[0]!, context.largestRequest);
    return {
      values,
      rows: x.length,
      inputs: { x, ...conditionsOfJson(name, condition, values.c, x.length) },
    };
  };

  const run = (
    call: Call,
    graph: "encoder" | "decoder" | "scorer",
    inputs: Inputs,
    rows: number,
    seed?: number,
  ) => runGraph(call.version, graph, { inputs, rows, seed, signal: clientSignal(call.reply) });

  route("POST", "encode", async (call) => {
    const { inputs, rows } = await pictures("encode", call, ["x", "c"]);
    return sendArrays(
      call.reply,
      await context.admission.during(rows, () => run(call, "encoder", inputs, rows)),
    );
  });

  route("POST", "decode", async (call) => {
    const { model, signatures } = call.version;
    const values = valuesOfBody(bytesOf(call.request.body), ["z", "c", "outputs"]);
    const wanted = wantedOutputs(
      values.outputs,
      signatures.decoder.outputs.map(({ name }) => name),
    );
    const z = rowsOfJson(values.z, signatures.decoder.inputs[0]!, context.largestRequest);
    const inputs = { z, ...conditionsOfJson("decode", model.manifest.condition, values.c, z.length) };
    const outputs = await context.admission.during(z.length, () => run(call, "decoder", inputs, z.length));
    if (wantsPng(call.request)) return sendPng(call.reply, outputs.x_mean!);
    return sendArrays(call.reply, Object.fromEntries(wanted.map((name) => [name, outputs[name]!])));
  });

  route("POST", "reconstruct", async (call) => {
    const { inputs, rows } = await pictures("reconstruct", call, ["x", "c"]);
    const { x, ...given } = inputs;
    const { x_mean } = await context.admission.during(rows, async () => {
      const { mu } = await run(call, "encoder", { x, ...given }, rows);
      return run(call, "decoder", { z: mu!, ...given }, rows);
    });
    if (wantsPng(call.request)) return sendPng(call.reply, x_mean!);
    return sendArrays(call.reply, { x_mean: x_mean! });
  });

  route("POST", "score", async (call) => {
    const { values, inputs, rows } = await pictures("score", call, ["x", "c", "seed"]);
    const seed = seedOf(values.seed);
    return sendArrays(
      call.reply,
      await context.admission.during(rows, () => run(call, "scorer", inputs, rows, seed)),
    );
  });

  const sample = ({ version: { lanes, model } }: Call, values: Values): Promise<Outputs> => {
    const count = values.count === undefined ? defaultCount : integerOf("count", values.count, 1);
    checkCount("count", count, context.largestRequest);
    const temperature = values.temperature === undefined ? 1 : numberOf("temperature", values.temperature);
    const given = conditionsOfJson("sample", model.manifest.condition, values.c, count);
    const options = { seed: seedOf(values.seed), temperature, ...given };
    return context.admission.during(count, () => lanes.run(() => model.sample(count, options)));
  };

  route("GET", "sample", async (call) => {
    const { x_mean, z } = await sample(call, valuesOfQuery(call.request.query, sampleOptions));
    return sendArrays(call.reply, { x_mean: x_mean!, z: z! });
  });

  route("GET", "sample.png", async (call) => {
    const { x_mean } = await sample(call, valuesOfQuery(call.request.query, sampleOptions));
    return sendPng(call.reply, x_mean!);
  });
}

/** A decoder's outputs by name; without any, the mean alone, since the others are as large and seldom needed. */
function wantedOutputs(names: unknown, known: readonly string[]): readonly string[] {
  if (names === undefined) return ["x_mean"];
  const valid =
    Array.isArray(names) && names.length > 0 && names.every((name) => known.includes(name as string));
  if (!valid) throw badRequest(`outputs must be a list of ${known.join(", ")}`);
  return [...new Set(names as string[])];
}

function wantsPng({ headers }: FastifyRequest): boolean {
  return headers.accept?.toLowerCase().includes("image/png") ?? false;
}

function sendArrays(reply: FastifyReply, arrays: Readonly<Record<string, NdArray>>): FastifyReply {
  const parts = Object.entries(arrays).map(([name, array]) => `"${name}":${nestedJson(name, array)}`);
  return sendJson(reply, `{${parts.join(",")}}`);
}

/** One row is the bare picture, which can be sent back as it is; several are a grid. */
function sendPng(reply: FastifyReply, x: NdArray): FastifyReply {
  checkFinite("x_mean", x);
  const [count, height = 1, width = 1, channels = 1] = x.shape;
  const png = count === 1 ? toPng(new NdArray(x.data, [1, height, width, channels])) : gridPng(x);
  return reply.type("image/png").send(Buffer.from(png));
}

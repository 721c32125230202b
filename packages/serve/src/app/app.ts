import fastify, { type FastifyInstance, LogController } from "fastify";
import type { Context } from "../context.js";
import type { Metrics } from "../metrics.js";
import { documentRoutes } from "../openapi/document.js";
import { friendlyRoutes } from "../routes/friendly.js";
import { metricsRoute } from "../routes/operations.js";
import { protocolRoutes } from "../routes/protocol.js";
import { acceptBodies } from "./body.js";
import { answerBadClient, answerBadExpectation, answerBadPath, answerErrors, requireHost } from "./errors.js";
import { refuseOtherMethods } from "./methods.js";
import { requireToken } from "./token.js";

export interface AppOptions {
  token?: string;
  /** Bytes of a body. */
  bodyLimit: number;
  /** Milliseconds in which a whole request must have arrived. */
  requestTimeout: number;
  /** Connections at the same time. */
  connections: number;
  /** Where log lines go; null for nowhere. */
  log: { write(line: string): void } | null;
  /** Told of what is a bug of the server. */
  note: (line: string) => void;
}

/** Headers are small: they need not the time that a body may take. */
const longestHeaders = 10_000;
/** How often Node looks for requests that are too slow. */
const checkInterval = 500;

export async function createApp(
  context: Context,
  metrics: Metrics,
  options: AppOptions,
): Promise<FastifyInstance> {
  const { token, bodyLimit, requestTimeout, connections, log } = options;
  const app = fastify({
    logger: log ? { stream: log } : false,
    // Two lines for a request by default; ours is one.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    requestTimeout,
    // Nothing sent or taken for so long: a client that does not read its answer.
    connectionTimeout: 2 * requestTimeout,
    http: {
      headersTimeout: Math.min(requestTimeout, longestHeaders),
      connectionsCheckingInterval: checkInterval,
      // Node's own refusal has no body.
      requireHostHeader: false,
    },
    // What arrives on an open connection while the server stops is answered all the same.
    return503OnClosing: false,
    clientErrorHandler: answerBadClient,
    frameworkErrors: answerBadPath,
    routerOptions: { maxParamLength: 200 },
  });
  app.server.maxConnections = connections;
  app.server.on("checkExpectation", answerBadExpectation);
  // The schemas are for the document: what checks requests knows the models and says more.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  acceptBodies(app, bodyLimit);
  answerErrors(app, options);
  app.addHook("onSend", async (_, reply) => {
    if (context.draining) reply.header("connection", "close");
  });
  app.addHook("onRequest", requireHost);
  if (token !== undefined) requireToken(app, token);
  app.addHook("onRequest", async ({ method }) => {
    if (method === "POST") context.admission.checkRoom();
  });
  app.addHook("onResponse", async (request, reply) => {
    request.log.info({ req: request, res: reply, responseTime: reply.elapsedTime }, "answered");
  });
  const refuseOthers = refuseOtherMethods(app);
  metricsRoute(app, metrics);
  await documentRoutes(app, token !== undefined);
  protocolRoutes(app, context);
  for (const bundle of context.bundles)
    friendlyRoutes(app, context, bundle, { prefix: `/${bundle.name}`, hide: false });
  const [only, ...others] = context.bundles;
  if (only && others.length === 0) friendlyRoutes(app, context, only, { prefix: "", hide: true });
  refuseOthers();
  return app;
}

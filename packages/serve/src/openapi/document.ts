import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";
import { packageVersion } from "../package-version.js";

/** Collects the routes that are registered after it: the document at /openapi.json, a page of it at /docs. */
export async function documentRoutes(app: FastifyInstance, withToken: boolean): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "vaekit",
        version: packageVersion,
        description:
          "Variational autoencoders over HTTP: the Open Inference Protocol, version 2, and plainer routes.",
      },
      ...(withToken && {
        components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
        security: [{ token: [] }],
      }),
    },
  });
  await app.register(swaggerUi, { routePrefix: "/docs" });
  app.get("/", { schema: { hide: true } }, (_, reply) => reply.redirect("/docs"));
  app.get("/openapi.json", { schema: { hide: true } }, (_, reply) => reply.send(app.swagger()));
}

import type { FastifyReply } from "fastify";

export function sendJson(reply: FastifyReply, json: string, status = 200): FastifyReply {
  return reply.code(status).type("application/json; charset=utf-8").send(json);
}

/** Aborts when the client goes before it has its answer. */
export function clientSignal({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  raw.on("close", () => {
    if (!raw.writableFinished) controller.abort();
  });
  return controller.signal;
}

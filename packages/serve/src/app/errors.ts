import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { VaekitError } from "@vaekit/infer";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { AbandonedError, badRequest, RequestError } from "../errors.js";
import { sendJson } from "./reply.js";

/** Errors of vaekit that what a request says can cause. */
const ofTheRequest = new Set(["USAGE", "SHAPE", "DATA"]);

/** Every answer that is no success is { error }, with the reason. */
export function answerErrors(
  app: FastifyInstance,
  { bodyLimit, note }: { bodyLimit: number; note: (line: string) => void },
): void {
  app.setNotFoundHandler((request, reply) =>
    answer(
      reply,
      404,
      `there is no ${request.method} ${request.url.slice(0, 200)}; GET /v2 and /docs say what there is`,
    ),
  );
  app.setErrorHandler((error, request, reply) => {
    if (answerKnown(error, reply, bodyLimit)) return;
    request.log.error(error);
    note(`${request.method} ${request.routeOptions.url}: ${(error as Error).stack}`);
    answer(reply, 500, "a bug in the server, which has told it where it runs");
  });
}

/** Whether the error is one that a request can cause, and so is answered. */
function answerKnown(error: unknown, reply: FastifyReply, bodyLimit: number): FastifyReply | null {
  if (error instanceof RequestError) {
    reply.headers({ ...error.headers });
    return answer(reply, error.status, error.message);
  }
  // Nobody reads it.
  if (error instanceof AbandonedError) return answer(reply, 499, error.message);
  if (error instanceof VaekitError && ofTheRequest.has(error.code)) return answer(reply, 400, error.message);
  const { statusCode, message, code } = error as { statusCode?: number; message: string; code?: string };
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") {
    return answer(reply, 413, `the body is larger than the limit of ${bodyLimit} bytes`);
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return answer(reply, statusCode, message);
  }
  return null;
}

function answer(reply: FastifyReply, status: number, error: string): FastifyReply {
  return sendJson(reply, JSON.stringify({ error }), status);
}

/** Paths that no router can read. */
export function answerBadPath(
  error: Error & { statusCode?: number },
  _: FastifyRequest,
  reply: FastifyReply,
): void {
  answer(reply, error.statusCode ?? 400, error.message);
}

/** @throws RequestError for a request of HTTP/1.1 without Host, which the protocol requires */
export async function requireHost({ raw }: FastifyRequest): Promise<void> {
  if (raw.httpVersion === "1.1" && raw.headers.host === undefined)
    throw badRequest("the request has no Host header, which HTTP/1.1 requires");
}

/** An Expect header other than 100-continue. */
export function answerBadExpectation({ headers }: IncomingMessage, response: ServerResponse): void {
  const error = `Expect: ${headers.expect?.slice(0, 80)} is not known here; there is 100-continue`;
  const body = Buffer.from(JSON.stringify({ error }));
  response
    .writeHead(417, {
      "content-type": "application/json; charset=utf-8",
      "content-length": body.length,
      connection: "close",
    })
    .end(body);
}

const protocolErrors: Readonly<Record<string, { status: string; error: string }>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: "408 Request Timeout", error: "the request did not arrive in time" },
  HPE_HEADER_OVERFLOW: { status: "431 Request Header Fields Too Large", error: "the headers are too large" },
};

/** What arrives and is no HTTP, or does not arrive in time. */
export function answerBadClient(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy(error);
    return;
  }
  const { status, error: why } = protocolErrors[error.code ?? ""] ?? {
    status: "400 Bad Request",
    error: "this is no HTTP request",
  };
  const body = JSON.stringify({ error: why });
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}

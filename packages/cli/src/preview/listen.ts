import { once } from "node:events";
import type { Server } from "node:http";
import { DataError } from "@vaekit/infer";

export interface Address {
  host: string;
  port: number;
  /** How many ports above are tried where one is taken. */
  tries: number;
}

/** The port that a server got. @throws DataError where it got none */
export async function listen(server: Server, { host, port, tries }: Address): Promise<number> {
  for (let next = port; ; next++) {
    try {
      server.listen(next, host);
      await once(server, "listening");
      return portOf(server);
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      if (code === "EADDRINUSE" && next < port + tries) continue;
      throw new DataError(problem(host, next, code, message), { cause });
    }
  }
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

function problem(host: string, port: number, code: string | undefined, message: string): string {
  if (code === "EADDRINUSE")
    return `port ${port} is taken. Choose another: --port ${port + 1}, or --port 0 for any that is free`;
  if (code === "EACCES") return `port ${port} is not for everyone. Choose one above 1023: --port 4173`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
    return `--host ${host}: not an address of this machine`;
  return `${host}:${port}: ${message}`;
}

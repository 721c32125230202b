import type { Answer, Site, Unreachable } from "./types.js";

const timeout = 60_000;
const defaultLimit = 64 * 2 ** 20;

/** A deployment behind an address. */
export function serverSite(page: URL): Site {
  return {
    kind: "url",
    page,
    show: (url) => url.href,
    get: (url, { limit = defaultLimit, origin } = {}) => request(url, limit, origin),
  };
}

async function request(url: URL, limit: number, origin?: string): Promise<Answer | Unreachable> {
  const headers = { "accept-encoding": "gzip, deflate, br", ...(origin && { origin }) };
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(timeout) });
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const part of response.body ?? []) {
      parts.push(part);
      length += part.length;
      if (length > limit) break;
    }
    return {
      url: new URL(response.url),
      status: response.status,
      headers: response.headers,
      bytes: Buffer.concat(parts, length).subarray(0, limit),
      cut: length > limit,
    };
  } catch (error) {
    const { message, cause } = error as Error & { cause?: Error };
    return { status: null, reason: cause?.message || message };
  }
}

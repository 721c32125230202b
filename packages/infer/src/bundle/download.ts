import { BundleError } from "../errors.js";

/** The network, or a server that is down: what was kept of an earlier visit may do. */
export class UnreachableError extends BundleError {
  override readonly name: string = "UnreachableError";
}

export interface DownloadOptions {
  /** Names the file in errors. */
  where: string;
  /** Bytes; a longer answer is refused, before it is read where the server declares its length. */
  limit: number;
  fetch: typeof fetch;
  init?: RequestInit;
  /** Milliseconds without a byte after which the server counts as unreachable. Default 60,000 */
  timeout?: number;
  /** Told as bytes arrive: how many so far, and how many the server says there are. */
  onBytes?: (loaded: number, total: number | null) => void;
}

/**
 * The bytes at an address; null for 404 and 410.
 * @throws BundleError for other statuses, an answer beyond the limit, and an HTML page in a file's place
 */
export async function download(
  url: URL,
  { where, limit, fetch, init, timeout = 60_000, onBytes }: DownloadOptions,
): Promise<Uint8Array | null> {
  const stop = new AbortController();
  const { signal } = stop;
  const within = <T>(work: Promise<T>): Promise<T> =>
    unlessIdle(work, timeout, () => {
      stop.abort();
      return new UnreachableError(
        `${where}: no byte arrived for ${timeout / 1e3} s. Check the connection, or try again later.`,
      );
    });
  const failed = (cause: unknown): never => {
    throw cause instanceof UnreachableError ? cause : unreachable(url, where, cause);
  };
  const response = await within(fetch(url.href, { ...init, signal })).catch(failed);
  const { status, headers, body } = response;
  const giveUp = () => body?.cancel().catch(() => {});
  if (!response.ok) {
    giveUp();
    if (status === 404 || status === 410) return null;
    const message = `${where}: the server answered ${status} ${response.statusText}`.trimEnd();
    if (status >= 500) throw new UnreachableError(`${message}. Try again later.`);
    throw new BundleError(`${message}. Check the address, and that it may be read without signing in.`);
  }
  if (/^text\/html\b/i.test(headers.get("content-type") ?? "")) {
    giveUp();
    throw new BundleError(
      `${where}: the server answered with a web page (text/html), as many do for a file that is not there. ` +
        "Check the address and that the bundle's files are deployed.",
    );
  }
  const length = headers.get("content-length");
  const total = length === null ? null : Number(length);
  const tooLong = () =>
    new BundleError(
      `${where}: more than the ${limit} bytes that it may have; it is not the file that was exported. ` +
        "Copy the bundle there again.",
    );
  // The length of a body that travels compressed may be a little above the file's own.
  if (total !== null && total > limit * 1.01 + 1024) {
    giveUp();
    throw tooLong();
  }
  const parts: Uint8Array[] = [];
  let loaded = 0;
  const reader = body?.getReader();
  try {
    while (reader) {
      const { done, value } = await within(reader.read()).catch(failed);
      if (done) break;
      loaded += value.length;
      if (loaded > limit) throw tooLong();
      parts.push(value);
      onBytes?.(loaded, total);
    }
  } finally {
    reader?.cancel().catch(() => {});
  }
  return joined(parts, loaded);
}

/** A fetch of one's own may not heed the signal: what it does later is nobody's. */
function unlessIdle<T>(work: Promise<T>, timeout: number, onIdle: () => Error): Promise<T> {
  // Later than setTimeout can count.
  if (timeout >= 2 ** 31) return work;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(onIdle()), timeout);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function joined(parts: Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function unreachable(url: URL, where: string, cause: unknown): unknown {
  const error = cause as Error & { cause?: Error };
  if (error?.name === "AbortError") return error;
  const page = globalThis.location as Location | undefined;
  const advice =
    page && url.origin !== page.origin
      ? `Check the address, and that ${url.origin} allows this page to read it (CORS: Access-Control-Allow-Origin).`
      : "Check the address and the connection.";
  const reason = error?.cause?.message || error?.message || `${error}`;
  return new UnreachableError(`${where}: could not be downloaded (${reason}). ${advice}`, { cause });
}

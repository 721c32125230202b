import type { BundleSource } from "../bundle/source.js";
import type { FromWorker, ToWorker } from "./messages.js";
import { receiveError } from "./sent-error.js";

interface Waiting {
  resolve(bytes: Uint8Array | null): void;
  reject(error: Error): void;
  onBytes?: (loaded: number) => void;
}

/** In a worker: a bundle whose files its pool reads. */
export class RemoteSource implements BundleSource {
  private readonly waiting = new Map<number, Waiting>();
  private last = 0;

  constructor(
    readonly name: string,
    private readonly post: (message: FromWorker) => void,
  ) {}

  read: BundleSource["read"] = (file, limit, { sha256, onBytes } = {}) => {
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject, onBytes });
      this.post({ type: "read", id, file, limit, sha256, tell: onBytes !== undefined });
    });
  };

  bytes({ id, loaded }: Extract<ToWorker, { type: "bytes" }>): void {
    this.waiting.get(id)?.onBytes?.(loaded);
  }

  file({ id, file }: Extract<ToWorker, { type: "file" }>): void {
    const reader = this.waiting.get(id);
    this.waiting.delete(id);
    if ("error" in file) reader?.reject(receiveError(file.error));
    else reader?.resolve(file.bytes && ownBytes(file.bytes));
  }
}

/** Digests and text decoders refuse shared memory. */
function ownBytes(bytes: Uint8Array): Uint8Array {
  return bytes.buffer instanceof ArrayBuffer ? bytes : bytes.slice();
}

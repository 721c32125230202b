import type { BundleSource, ReadOptions } from "../bundle/source.js";

interface Reading {
  bytes: Promise<Uint8Array | null>;
  listeners: Set<(loaded: number) => void>;
}

/** A bundle's files, each read once for all the workers of a pool, and kept for those that replace them. */
export class Files {
  private readonly readings = new Map<string, Reading>();

  constructor(private readonly source: BundleSource) {}

  get name(): string {
    return this.source.name;
  }

  async read(file: string, limit: number, { sha256, onBytes }: ReadOptions): Promise<Uint8Array | null> {
    const reading = this.readings.get(file) ?? this.start(file, limit, sha256);
    if (onBytes) reading.listeners.add(onBytes);
    try {
      return await reading.bytes;
    } finally {
      if (onBytes) reading.listeners.delete(onBytes);
    }
  }

  forget(): void {
    this.readings.clear();
  }

  private start(file: string, limit: number, sha256: string | undefined): Reading {
    const listeners: Reading["listeners"] = new Set();
    const onBytes = (loaded: number) => {
      for (const listener of listeners) listener(loaded);
    };
    const bytes = this.source.read(file, limit, { sha256, onBytes }).then(
      (content) => content && shared(content),
      (error: unknown) => {
        this.readings.delete(file);
        throw error;
      },
    );
    const reading = { bytes, listeners };
    this.readings.set(file, reading);
    return reading;
  }
}

/** In memory that all workers see, where there is such (in browsers: in cross-origin isolated pages). */
function shared(bytes: Uint8Array): Uint8Array {
  if (typeof SharedArrayBuffer === "undefined" || globalThis.crossOriginIsolated === false) return bytes;
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

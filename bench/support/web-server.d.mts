export interface Served {
  origin: string;
  /** Paths that were asked for, in their order. */
  requests: string[];
  close(): Promise<void>;
}

/** Serve folders on a free port of this machine: { "/model/": folder }, the longest prefix that fits. */
export function serve(
  folders: Readonly<Record<string, string>>,
  options?: {
    /** Send COOP and COEP, which make a page cross-origin isolated. Default false. */
    isolated?: boolean;
  },
): Promise<Served>;

/** ok: as it should be; warning: it works, slower or less surely than it could; problem: pages will fail. */
export type Level = "ok" | "warning" | "problem";

export interface Finding {
  check: CheckName;
  level: Level;
  /** The address, path or header that it is about. */
  subject: string;
  /** What was found. */
  what: string;
  /** What to do; none where all is well. */
  todo?: string;
}

/** What a check says: the table of checks adds its name. */
export type Remark = Omit<Finding, "check">;

export type CheckName = "page" | "runtime" | "bundle" | "isolation" | "policy" | "fallback" | "caps";

/** What a server answers, or would answer with what lies in a folder. */
export interface Answer {
  /** After redirects. */
  url: URL;
  status: number;
  headers: Headers;
  /** Uncompressed, no more than was asked for. */
  bytes: Uint8Array;
  /** Whether there was more. */
  cut: boolean;
}

/** A deployment: a server, or the folder that will be on one. */
export interface Site {
  kind: "url" | "folder";
  /** The page. */
  page: URL;
  /** How people know the address. */
  show(url: URL): string;
  /** Null where it is not to be had: a file that is not there, an address that the folder says nothing about. */
  get(url: URL, options?: { limit?: number; origin?: string }): Promise<Answer | Unreachable>;
  /** Every file, where they can be listed. */
  files?: readonly { url: URL; bytes: number }[];
  /** Of a folder without a page: where one was found, in words. */
  nearby?: string;
}

export interface Unreachable {
  status: null;
  reason: string;
}

export const ok = (subject: string, what: string): Remark => ({ level: "ok", subject, what });
export const warning = (subject: string, what: string, todo: string): Remark => ({
  level: "warning",
  subject,
  what,
  todo,
});
export const problem = (subject: string, what: string, todo: string): Remark => ({
  level: "problem",
  subject,
  what,
  todo,
});

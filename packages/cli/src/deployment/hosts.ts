import type { Answer } from "./types.js";

export interface Host {
  name: string;
  /** Most bytes of one file; null where none is known. */
  cap: number | null;
  /** How headers are set there; null where they cannot be. */
  headers: string | null;
  /** Whether an answer came from it. */
  sent(answer: Answer): boolean;
}

const MiB = 2 ** 20;

/** Hosts of static pages that many people use; docs/deployment.md says more of each. */
export const hosts: readonly Host[] = [
  {
    name: "Cloudflare Pages",
    cap: 25 * MiB,
    headers: "a _headers file",
    sent: ({ url, headers }) => url.hostname.endsWith(".pages.dev") && headers.get("server") === "cloudflare",
  },
  {
    name: "GitHub Pages",
    cap: 100 * MiB,
    headers: null,
    sent: ({ url, headers }) => url.hostname.endsWith(".github.io") || headers.get("server") === "GitHub.com",
  },
  {
    name: "Netlify",
    cap: null,
    headers: "a _headers file or netlify.toml",
    sent: ({ headers }) => headers.has("x-nf-request-id"),
  },
  {
    name: "Vercel",
    cap: null,
    headers: "vercel.json",
    sent: ({ headers }) => headers.has("x-vercel-id"),
  },
];

export function hostOf(answer: Answer): Host | undefined {
  return hosts.find((host) => host.sent(answer));
}

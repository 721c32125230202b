/** One Content-Security-Policy: directives and their sources, lower-case. */
export type Policy = ReadonlyMap<string, readonly string[]>;

/** The policies in a header, which may hold several, or in a meta element. */
export function parsePolicies(text: string): Policy[] {
  return text
    .split(",")
    .filter((policy) => policy.trim() !== "")
    .map((policy) => {
      const directives = new Map<string, readonly string[]>();
      for (const part of policy.split(";")) {
        const [name, ...sources] = part.trim().split(/\s+/);
        // Of a directive that is repeated, the first one counts.
        if (name && !directives.has(name.toLowerCase())) directives.set(name.toLowerCase(), sources);
      }
      return directives;
    });
}

/** The sources of the first of these directives that the policy has; null where it has none, and allows all. */
export function sourcesOf(policy: Policy, ...names: readonly string[]): readonly string[] | null {
  for (const name of names) {
    const sources = policy.get(name);
    if (sources) return sources;
  }
  return null;
}

/** Whether sources allow an address, seen from the page at `self`. */
export function allowsUrl(sources: readonly string[] | null, url: URL, self: URL): boolean {
  if (sources === null) return true;
  return sources.some((source) => {
    const lower = source.toLowerCase();
    if (lower === "'self'") return url.origin === self.origin;
    if (lower === "*") return /^https?:$/.test(url.protocol);
    if (/^[a-z][a-z0-9+.-]*:$/.test(lower)) return upgraded(lower, url.protocol);
    return matchesHost(lower, url, self);
  });
}

/** `https:` allows https; `http:` both. */
function upgraded(scheme: string, protocol: string): boolean {
  return scheme === protocol || (scheme === "http:" && protocol === "https:");
}

function matchesHost(source: string, url: URL, self: URL): boolean {
  const parts = source.match(/^(?:([a-z][a-z0-9+.-]*):\/\/)?([^/:']+)(?::(\d+|\*))?(\/.*)?$/);
  if (!parts) return false;
  const [, scheme = self.protocol.slice(0, -1), host, port, path] = parts;
  if (!upgraded(`${scheme}:`, url.protocol)) return false;
  const fits = host!.startsWith("*.")
    ? url.hostname.endsWith(host!.slice(1))
    : url.hostname === host || host === "*";
  if (!fits) return false;
  if (port !== "*" && (port ?? "") !== url.port) return false;
  if (!path || path === "/") return true;
  return path.endsWith("/") ? url.pathname.startsWith(path) : url.pathname === path;
}

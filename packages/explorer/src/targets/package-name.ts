import { UsageError } from "@vaekit/infer";

const longest = 214;

/** A name that npm takes: "My Digits!" is my-digits; a scope is kept. @throws UsageError where nothing is left */
export function packageName(name: string): string {
  const [, scope = "", own = ""] = /^(?:@([^/]+)\/)?(.*)$/s.exec(name.trim())!;
  const parts = [scope && `@${plain(scope)}`, plain(own)];
  if (!parts[1] || parts[0] === "@" || ["node_modules", "favicon.ico"].includes(parts[1])) {
    throw new UsageError(`"${name}" makes no name of an npm package: give one with letters or digits in it.`);
  }
  return parts.filter(Boolean).join("/").slice(0, longest);
}

function plain(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/\p{Mark}/gu, "")
    .replaceAll(/[^a-z0-9._-]+/g, "-")
    .replaceAll(/^[._-]+|-+$/g, "");
}

import type { Context } from "./context.js";
import { allowsUrl, type Policy, parsePolicies, sourcesOf } from "./csp.js";
import { attribute } from "./page.js";
import { ok, problem, type Remark, warning } from "./types.js";

/** Whether the Content-Security-Policy lets WebAssembly compile, workers start, and files be fetched. */
export async function checkPolicy(context: Context): Promise<Remark[]> {
  const { page, site } = context;
  if (!page) return [];
  const policies = [
    ...parsePolicies(page.answer.headers.get("content-security-policy") ?? ""),
    ...Array.from(page.html.matchAll(/<meta\b([^>]*)>/gi), ([, attributes]) => attributes!)
      .filter((attributes) => /^content-security-policy$/i.test(attribute(attributes, "http-equiv") ?? ""))
      .flatMap((attributes) => parsePolicies(attribute(attributes, "content") ?? "")),
  ];
  const subject = site.show(page.answer.url);
  if (policies.length === 0) return [ok(subject, "no Content-Security-Policy stands in the way")];
  const found = policies.flatMap((policy) => checkOne(policy, context, subject));
  const unique = [...new Map(found.map((remark) => [remark.what, remark])).values()];
  return unique.length > 0 ? unique : [ok(subject, "the Content-Security-Policy allows all that is needed")];
}

function checkOne(policy: Policy, { page, runtimes, bundles }: Context, subject: string): Remark[] {
  const self = page!.answer.url;
  const found: Remark[] = [];
  const scripts = sourcesOf(policy, "script-src", "default-src");
  const compiles = scripts?.some((source) => /^'(wasm-)?unsafe-eval'$/i.test(source)) ?? true;
  if (!compiles && runtimes.length > 0) {
    found.push(
      problem(
        subject,
        "the Content-Security-Policy forbids WebAssembly: script-src has no 'wasm-unsafe-eval'",
        "Add 'wasm-unsafe-eval' to script-src.",
      ),
    );
  }
  const workers = sourcesOf(policy, "worker-src", "child-src", "script-src", "default-src");
  if (!allowsUrl(workers, new URL("worker.js", self), self)) {
    found.push(
      warning(
        subject,
        "the Content-Security-Policy forbids workers: neither threads nor @vaekit/infer/worker can start",
        "Add worker-src 'self' (and blob:, where scripts come from another server).",
      ),
    );
  }
  const fetched = [
    ...runtimes.flatMap(({ wasm }) => wasm.filter(({ whole }) => whole)).map(({ url }) => url),
    ...bundles,
  ];
  const sources = sourcesOf(policy, "connect-src", "default-src");
  const refused = new Set(
    fetched.filter((url) => !allowsUrl(sources, url, self)).map(({ origin }) => origin),
  );
  for (const origin of refused) {
    const source = origin === self.origin ? "'self'" : origin;
    found.push(
      problem(
        subject,
        `the Content-Security-Policy forbids downloads from ${source}: the bundle or the .wasm cannot be fetched`,
        `Add ${source} to connect-src.`,
      ),
    );
  }
  return found;
}

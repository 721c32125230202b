import { UsageError } from "@vaekit/infer";
import { z } from "zod";
import { choose, nearest } from "./choose.js";
import { shown, wordsOf } from "./wording.js";

type Kinds<C extends { kind: string }> = {
  readonly [K in C["kind"]]: { readonly schema: z.ZodType<Extract<C, { kind: K }>> };
};

/** Any configuration of a table's kinds as it stands in files. what: "likelihood", for errors */
export function schemaOf<C extends { kind: string }>(kinds: Kinds<C>, what: string): z.ZodType<C> {
  const all = Object.values<{ schema: z.ZodType }>(kinds).map(({ schema }) => schema);
  return z.discriminatedUnion("kind", all as never, `no known ${what}`) as unknown as z.ZodType<C>;
}

/**
 * A name or a configuration, as users give it, with defaults filled in.
 * @throws UsageError that names the field, what it may be, and what came
 */
export function configOf<C extends { kind: string }>(
  kinds: Kinds<C>,
  given: C["kind"] | (Partial<C> & { kind: C["kind"] }),
  what: string,
): C {
  const config = typeof given === "string" ? { kind: given } : given;
  const { schema } = choose<{ schema: z.ZodType }>(kinds, config?.kind, what);
  const parsed = schema.safeParse(config, { error: wordsOf });
  if (parsed.success) return parsed.data as C;
  const problems = parsed.error.issues.map((issue) => describe(issue, config, schema));
  throw new UsageError(`${what} ${config.kind}: ${problems.join("; ")}`);
}

/** Of a run, not of its objective, optimizer or rate, where they are looked for. */
const ownOptions: ReadonlySet<string> = new Set([
  "beta",
  "warmup",
  "capacity",
  "freeBits",
  "learningRate",
  "clip",
  "ema",
  "patience",
]);

function describe(issue: z.core.$ZodIssue, config: object, schema: z.ZodType): string {
  if (issue.code === "unrecognized_keys") {
    const known = Object.keys((schema as unknown as { shape?: object }).shape ?? {});
    const name = issue.keys[0]!;
    const near = nearest(name, known);
    const advice = near
      ? ` Did you mean ${near}?`
      : ownOptions.has(name)
        ? ` ${name} is an option of its own.`
        : "";
    return `there is no option "${name}".${advice}`;
  }
  const field = issue.path.join(".");
  const got = issue.path.reduce<unknown>((value, key) => (value as never)?.[key], config);
  return `${field}: ${issue.message}, got ${shown(got)}`;
}

/**
 * The kind that a configuration is of, as one that takes any of the table's: each kind's own type is narrower, and which
 * one a configuration has is only known when it is read.
 * @throws UsageError for a kind that is not in the table
 */
export function kindOf<Kind>(kinds: object, { kind }: { kind: string }, what: string): Kind {
  return choose(kinds as Readonly<Record<string, Kind>>, kind, what);
}

import { combine } from "@vaekit/latent";
import type { SiteManifest } from "../../../site/manifest.js";
import { type GroupMean, groupMeans, highestQuarter, meanOf } from "../../core/means.js";
import type { Colouring, Reference } from "../../core/reference.js";
import type { Keepsake, Term } from "../../core/state.js";

/** Somewhere to go from anywhere: from the mean of all codes to the mean of some of them. */
export interface Direction {
  /** "label:7", "cluster:2", "high:age", "selection", "stop:0"; in links. */
  id: string;
  /** What a code becomes more like. */
  name: string;
  /** [latent] */
  mean: Float32Array;
  /** mean less the mean of all codes [latent] */
  step: Float32Array;
}

export interface DirectionGroup {
  name: string;
  title: string;
  directions: Direction[];
}

export type FindDirection = (id: string) => Direction | undefined;

/** What the directions are made of; without a reference, of the stops alone. */
export interface Sources {
  site: SiteManifest;
  reference: Reference | null;
  selection: readonly number[];
  stops: readonly Keepsake[];
}

/** All directions there are now, in groups; groups without any are left out. */
export function directionGroups({ site, reference, selection, stops }: Sources): DirectionGroup[] {
  const all = meanOfAll(site, reference);
  const directed = (id: string, name: string, mean: Float32Array): Direction => {
    const step = combine([
      { code: mean, weight: 1 },
      { code: all, weight: -1 },
    ]);
    return { id, name, mean, step };
  };
  const groups: DirectionGroup[] = [];
  if (reference) {
    const { mu, latent, colourings } = reference;
    for (const colouring of colourings) {
      if (colouring.kind !== "categorical") continue;
      const { prefix, title } = kindOf(colouring);
      const direct = ({ group, mean }: GroupMean) =>
        directed(`${prefix}:${group}`, colouring.names[group] ?? `${group}`, mean);
      groups.push({
        name: prefix,
        title,
        directions: groupMeans(mu, latent, colouring.values).map(direct),
      });
    }
    const high = colourings.flatMap(({ kind, name, values }) => {
      const rows = kind === "continuous" ? highestQuarter(values) : [];
      return rows.length > 0 ? [directed(`high:${name}`, `high ${name}`, meanOf(mu, latent, rows))] : [];
    });
    groups.push({ name: "high", title: "Columns", directions: high });
    if (selection.length > 0) {
      const name = `the selection (${selection.length} ${selection.length === 1 ? "point" : "points"})`;
      groups.push({
        name: "selection",
        title: "Selection",
        directions: [directed("selection", name, meanOf(mu, latent, selection))],
      });
    }
  }
  const kept = stops.map(({ z, name }, k) => directed(`stop:${k}`, name, z));
  groups.push({ name: "stop", title: "Morph stops", directions: kept });
  return groups.filter(({ directions }) => directions.length > 0);
}

/** base + sum of amount * step; terms whose direction is not there add nothing. [latent] */
export function sumOf(base: Float32Array, terms: readonly Term[], find: FindDirection): Float32Array {
  const found = terms.flatMap(({ direction, amount }) => {
    const step = find(direction)?.step;
    return step ? [{ code: step, weight: amount }] : [];
  });
  return combine([{ code: base, weight: 1 }, ...found]);
}

/** "more like 7, less like 1" */
export function inWords(terms: readonly Term[], find: FindDirection): string {
  return terms
    .filter(({ amount }) => amount !== 0)
    .map(({ direction, amount }) => `${amount > 0 ? "more" : "less"} like ${nameOf(direction, find)}`)
    .join(", ");
}

/** A direction's name; where it is not there, what its id says. */
export function nameOf(id: string, find: FindDirection): string {
  if (id === "selection") return find(id)?.name ?? "the selection";
  return find(id)?.name ?? id.replace(":", " ");
}

function kindOf({ name, tensor }: Colouring): { prefix: string; title: string } {
  return tensor === "labels"
    ? { prefix: "label", title: capital(name) }
    : { prefix: "cluster", title: "Cluster" };
}

/** Without a reference, what the site's description says of it. */
function meanOfAll(site: SiteManifest, reference: Reference | null): Float32Array {
  if (!reference) return Float32Array.from(site.reference.dimensions, ({ mean }) => mean);
  const { mu, latent, rows } = reference;
  return groupMeans(mu, latent, new Int32Array(rows))[0]!.mean;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

import { decodeNumbers, decodeRows, encodeNumbers, encodeRows } from "./link-text.js";
import { type GridState, mostStops, panels, type State } from "./state.js";

/** Rows that a link lists one by one; more are a bit each. */
const mostListed = 100;

/** The state as the part of an address behind "#": what is as it was at the start is left out. */
export function linkOf(state: State): string {
  const parts = new URLSearchParams();
  parts.set("z", encodeNumbers(state.z.value));
  const { condition, panel, embedding, colouring, selection, stops, path, at, locks } = state;
  if (condition.value) parts.set("c", encodeNumbers(condition.value));
  if (panel.value !== "map") parts.set("panel", panel.value);
  if (embedding.value) parts.set("map", `${embedding.value}`);
  if (colouring.value) parts.set("colour", `${colouring.value}`);
  if (selection.value.length > mostListed) parts.set("set", encodeRows(selection.value));
  else if (selection.value.length > 0) parts.set("rows", selection.value.join("."));
  for (const { z, name } of stops.value) parts.append("stop", `${encodeNumbers(z)}~${name}`);
  if (path.value !== "linear") parts.set("path", path.value);
  if (at.value) parts.set("at", `${at.value}`);
  if (locks.value.length > 0) parts.set("locks", locks.value.join("."));
  if (state.temperature.value !== 1) parts.set("temperature", `${state.temperature.value}`);
  if (state.seed.value !== 1) parts.set("seed", `${state.seed.value}`);
  writeGrid(parts, state.grid.value);
  for (const { direction, amount } of state.terms.value) parts.append("add", `${amount}~${direction}`);
  if (state.base.value) parts.set("base", encodeNumbers(state.base.value));
  if (state.origin.value) parts.set("from", state.origin.value);
  return parts.toString();
}

/** Take over what an address says; what it does not say, or says wrongly, stays as it is. */
export function readLink(state: State, text: string): void {
  const parts = new URLSearchParams(text.replace(/^#/, ""));
  const latent = state.z.peek().length;
  const number = (name: string, least: number, most: number) => {
    const value = Number(parts.get(name) ?? Number.NaN);
    return value >= least && value <= most ? value : null;
  };
  const list = (name: string, below: number) =>
    (parts.get(name) ?? "")
      .split(".")
      .filter((word) => word !== "")
      .map(Number)
      .filter((value) => Number.isInteger(value) && value >= 0 && value < below);
  const z = decodeNumbers(parts.get("z") ?? "", latent);
  if (z) {
    state.z.value = z;
    state.origin.value = "from the address";
  }
  const condition = state.condition.peek();
  const c = condition && decodeNumbers(parts.get("c") ?? "", condition.length);
  if (c) state.condition.value = c;
  const panel = panels.find((name) => name === parts.get("panel"));
  if (panel && (panel !== "draw" || state.site.model.encoder)) state.panel.value = panel;
  const { embeddings, colourings, rows } = state.site.reference;
  state.embedding.value = Math.trunc(number("map", 0, embeddings.length - 1) ?? state.embedding.peek());
  state.colouring.value = Math.trunc(number("colour", 0, colourings.length - 1) ?? state.colouring.peek());
  const selected = parts.has("set") ? decodeRows(parts.get("set")!, rows) : list("rows", rows);
  if (selected.length > 0) state.selection.value = [...new Set(selected)].sort((a, b) => a - b);
  const stops = parts.getAll("stop").flatMap((stop) => {
    const at = stop.indexOf("~");
    const code = decodeNumbers(stop.slice(0, at), latent);
    return code ? [{ z: code, name: stop.slice(at + 1, at + 80) }] : [];
  });
  if (stops.length > 0) state.stops.value = stops.slice(0, mostStops);
  const path = parts.get("path");
  if (path === "slerp" || path === "data") state.path.value = path;
  state.at.value = number("at", 0, 1) ?? state.at.peek();
  const locks = list("locks", latent);
  if (locks.length > 0) state.locks.value = locks;
  state.temperature.value = number("temperature", 0, 3) ?? state.temperature.peek();
  state.seed.value = Math.trunc(number("seed", 0, 2 ** 53 - 1) ?? state.seed.peek());
  state.grid.value = readGrid(parts, state.grid.peek(), latent);
  const terms = parts.getAll("add").flatMap((term) => {
    const at = term.indexOf("~");
    const amount = Number(term.slice(0, at));
    return at > 0 && Number.isFinite(amount) ? [{ direction: term.slice(at + 1), amount }] : [];
  });
  const once = new Map(terms.map((term) => [term.direction, term]));
  if (once.size > 0) state.terms.value = [...once.values()].slice(0, 40);
  const base = decodeNumbers(parts.get("base") ?? "", latent);
  if (base) state.base.value = base;
  const from = parts.get("from");
  if (from) state.origin.value = from.slice(0, 120);
}

const gridKinds = ["prior", "cluster", "manifold"] as const;
const mostSamples = 100;
const largestSide = 20;

function writeGrid(parts: URLSearchParams, grid: GridState): void {
  const { kind, count, allLabels, cluster, plane, size, spread } = grid;
  if (kind !== "prior") parts.set("grid", kind);
  if (count !== 64) parts.set("count", `${count}`);
  if (allLabels) parts.set("labels", "all");
  if (cluster) parts.set("group", `${cluster}`);
  if (plane) parts.set("plane", `${plane.x}.${plane.y}`);
  if (size !== 12) parts.set("size", `${size}`);
  if (spread) parts.set("spread", spread);
}

function readGrid(parts: URLSearchParams, before: GridState, latent: number): GridState {
  const whole = (text: string | null | undefined, least: number, most: number) => {
    const value = Number(text || Number.NaN);
    return Number.isInteger(value) && value >= least && value <= most ? value : null;
  };
  const spread = parts.get("spread");
  const [x, y] = (parts.get("plane") ?? "").split(".").map((word) => whole(word, 0, latent - 1));
  return {
    kind: gridKinds.find((kind) => kind === parts.get("grid")) ?? before.kind,
    count: whole(parts.get("count"), 1, mostSamples) ?? before.count,
    allLabels: parts.get("labels") === "all" || before.allLabels,
    cluster: whole(parts.get("group"), 0, 2 ** 20) ?? before.cluster,
    plane: x != null && y != null ? { x, y } : before.plane,
    size: whole(parts.get("size"), 2, largestSide) ?? before.size,
    spread: spread === "normal" || spread === "data" ? spread : before.spread,
  };
}

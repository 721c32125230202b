import type { Graph } from "../../ir/graph.js";
import type { Node } from "../../ir/node.js";
import type { Value } from "../../ir/value.js";
import { isConstant } from "../constant.js";
import { type Movable, movableOf, type Perm } from "./movable.js";

/** Where a tensor's channels are: last ([batch, height, width, channels]) or second. */
export type Order = "last" | "first";

/** From channels last to channels first, and back, of any rank. */
export function permTo(order: Order, rank: number): Perm {
  const spatial = Array.from({ length: rank - 2 }, (_, i) => i + 1);
  return order === "first" ? [0, rank - 1, ...spatial] : [0, ...spatial.map((axis) => axis + 1), 1];
}

export function otherOrder(order: Order): Order {
  return order === "first" ? "last" : "first";
}

/** What is known of a graph's tensors of one rank. */
export interface Orders {
  /** Transposes between the two orders. */
  turns: ReadonlySet<Node>;
  /** Nodes that can work in either order and touch a tensor that is turned somewhere. */
  movable: ReadonlyMap<Node, Movable>;
  orderOf(value: Value): Order;
}

/**
 * Which order each tensor of a rank is in: a Transpose from one to the other says it of both its sides, and operators
 * that work in either order carry it on. Rank 3 has one permutation for both ways: there the two orders are told
 * apart, and which of them is called last does not matter.
 */
export function findOrders(graph: Graph, rank: number): Orders {
  const classes = new Parity();
  const [first, last] = [permTo("first", rank), permTo("last", rank)];
  const equals = (perm: Perm, other: Perm) => perm.every((axis, i) => axis === other[i]);
  const turns = new Set<Node>();
  for (const node of graph.nodes) {
    const [x] = node.inputs;
    if (node.op !== "Transpose" || x!.rank !== rank || isConstant(x)) continue;
    const perm = node.attributes.perm as Perm;
    const [toFirst, toLast] = [equals(perm, first), equals(perm, last)];
    if (!toFirst && !toLast) continue;
    const [y] = node.outputs as [Value];
    const fits =
      rank === 3 ? classes.join(x!, y, true) : classes.anchor(x!, !toFirst) && classes.anchor(y, toFirst);
    if (fits) turns.add(node);
  }
  const movable = new Map<Node, Movable>();
  if (turns.size === 0) return { turns, movable, orderOf: () => "last" };
  for (const node of graph.nodes) {
    if (turns.has(node) || !touchesRank(node, rank)) continue;
    const found = movableOf(node, rank);
    if (found && joined(node, found, classes)) movable.set(node, found);
  }
  const orderOf = (value: Value): Order => (classes.side(value) ? "first" : "last");
  const turned = new Set([...turns].map(({ inputs }) => classes.root(inputs[0]!)));
  for (const [node, { tensors, fits }] of movable) {
    const given = tensors.map((at) => node.inputs[at]!).find((input) => !isConstant(input));
    const active = given && turned.has(classes.root(given));
    if (!active || fits?.(permTo(otherOrder(orderOf(given)), rank)) === false) movable.delete(node);
  }
  return { turns, movable, orderOf };
}

function touchesRank(node: Node, rank: number): boolean {
  return node.inputs.some((input) => input?.rank === rank);
}

/** All tensors of a movable node are in one order. False where they are known not to be. */
function joined(node: Node, { tensors, movesOutput }: Movable, classes: Parity): boolean {
  const inputs = tensors.map((at) => node.inputs[at]!).filter((input) => !isConstant(input));
  const [head, ...rest] = [...inputs, ...(movesOutput ? node.outputs : [])];
  return inputs.length > 0 && rest.every((value) => classes.join(head!, value, false));
}

/** Values on two sides: pairs are known to be on the same or on different ones (union-find with parity). */
class Parity {
  private readonly links = new Map<Value | null, { to: Value | null; flip: boolean }>();

  /** Two values on one side, or on different ones. False where that contradicts what is known. */
  join(a: Value | null, b: Value | null, differ: boolean): boolean {
    const [x, y] = [this.find(a), this.find(b)];
    const flip = (x.flip !== y.flip) !== differ;
    if (x.to === y.to) return !flip;
    // What is anchored stays under its anchor.
    if (x.to === null) this.links.set(y.to, { to: null, flip });
    else this.links.set(x.to, { to: y.to, flip });
    return true;
  }

  /** null is the anchor, on the side that is false. */
  anchor(value: Value, side: boolean): boolean {
    return this.join(null, value, side);
  }

  side(value: Value): boolean {
    return this.find(value).flip;
  }

  root(value: Value): Value | null {
    return this.find(value).to;
  }

  private find(value: Value | null): { to: Value | null; flip: boolean } {
    let at = value;
    let flip = false;
    const path: Value[] = [];
    for (let link = this.links.get(at); link; link = this.links.get(at)) {
      path.push(at as Value);
      flip = flip !== link.flip;
      at = link.to;
    }
    const found = { to: at, flip };
    for (const each of path) {
      const link = this.links.get(each)!;
      this.links.set(each, { to: at, flip });
      flip = flip !== link.flip;
    }
    return found;
  }
}

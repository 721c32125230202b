import type { Graph } from "../../ir/graph.js";
import type { Node } from "../../ir/node.js";
import type { Value } from "../../ir/value.js";
import { isConstant } from "../constant.js";
import { keepsOrder } from "../reshape.js";
import { Network, sink, source } from "./cut.js";
import { type Order, type Orders, otherOrder, permTo } from "./orders.js";

/** One tensor, in whatever order: who makes it and who takes it. A node that is movable chooses, others are given. */
interface Tensor {
  made: Node | Order;
  taken: (Node | Order)[];
  /** What a Transpose of it costs: bytes moved, and its overhead. */
  cost: number;
}

/** What a Transpose costs before it has moved anything, in bytes: one of a whole is not split into two of halves. */
const overhead = 4096;

/** The value that a turned one was made from. */
export function origin(value: Value, { turns }: Orders): Value {
  let at = value;
  while (at.producer && turns.has(at.producer)) at = at.producer.inputs[0]!;
  return at;
}

/**
 * The order that each movable node works in, so that as few bytes as possible are transposed: a minimum cut, channels
 * last on one side and first on the other. Among equals channels come first wherever they can: that is where
 * convolutions take up what stands next to them. null where the graph is so already.
 */
export function assignOrders(graph: Graph, rank: number, orders: Orders): ReadonlyMap<Node, Order> | null {
  const { movable, orderOf } = orders;
  const current = new Map<Node, Order>();
  for (const [node, { tensors }] of movable) {
    const input = tensors.map((at) => node.inputs[at]!).find((each) => !isConstant(each));
    current.set(node, orderOf(input!));
  }
  const tensors = tensorsOf(graph, rank, orders);
  const dislikes = (node: Node, order: Order) => {
    const now = current.get(node)!;
    const perm = now === order ? permTo(order, rank).map((_, i) => i) : permTo(order, rank);
    return movable.get(node)!.dislikes?.(perm) ? 2 * bytes(node.outputs[0]!) : 0;
  };
  const chosen = cutOf(tensors, [...movable.keys()], dislikes);
  const costOf = (choice: ReadonlyMap<Node, Order>) => {
    const at = (end: Node | Order) => (typeof end === "string" ? end : choice.get(end)!);
    let sum = 0;
    for (const { made, taken, cost } of tensors) if (taken.some((end) => at(end) !== at(made))) sum += cost;
    for (const [node, order] of choice) sum += dislikes(node, order);
    return sum;
  };
  const [before, after] = [costOf(current), costOf(chosen)];
  const lasts = (choice: ReadonlyMap<Node, Order>) =>
    [...choice.values()].filter((order) => order === "last").length;
  const better = after < before || (after === before && rank > 3 && lasts(chosen) < lasts(current));
  return better ? chosen : null;
}

function tensorsOf(graph: Graph, rank: number, orders: Orders): Tensor[] {
  const { turns, movable, orderOf } = orders;
  const tensors = new Map<Value, Tensor>();
  const tensorOf = (value: Value): Tensor => {
    const from = origin(value, orders);
    const known = tensors.get(from);
    if (known) return known;
    const { producer } = from;
    const made = producer && movable.get(producer)?.movesOutput ? producer : orderOf(from);
    const cost = keepsOrder(from, permTo(otherOrder(orderOf(from)), rank)) ? 1 : overhead + bytes(from);
    const tensor = { made, taken: [], cost };
    tensors.set(from, tensor);
    return tensor;
  };
  for (const node of graph.nodes) {
    if (turns.has(node)) continue;
    const moved = movable.get(node);
    for (const [i, input] of node.inputs.entries()) {
      if (input?.rank !== rank || isConstant(input)) continue;
      tensorOf(input).taken.push(moved?.tensors.includes(i) ? node : orderOf(input));
    }
  }
  for (const { value } of graph.outputs) {
    if (value.rank === rank && !isConstant(value)) tensorOf(value).taken.push(orderOf(value));
  }
  return [...tensors.values()];
}

/** Of what is known of its size: an open size counts as 1. */
function bytes({ dtype, shape }: Value): number {
  const width =
    dtype === "int64" ? 8 : dtype === "float32" || dtype === "int32" ? 4 : dtype === "float16" ? 2 : 1;
  return shape.reduce<number>(
    (product, dim) => (typeof dim === "number" ? product * Math.max(dim, 1) : product),
    width,
  );
}

function cutOf(
  tensors: readonly Tensor[],
  nodes: readonly Node[],
  dislikes: (node: Node, order: Order) => number,
): ReadonlyMap<Node, Order> {
  const network = new Network();
  const places = new Map<Node, number>(nodes.map((node) => [node, network.node()]));
  const place = (end: Node | Order) => (end === "last" ? source : end === "first" ? sink : places.get(end)!);
  const free = Number.POSITIVE_INFINITY;
  for (const { made, taken, cost } of tensors) {
    const from = place(made);
    const ends = taken.map(place).filter((end) => end !== from);
    if (ends.length === 0) continue;
    // One Transpose serves all who take the tensor in the other order.
    const [toFirst, toLast] = [network.node(), network.node()];
    network.edge(from, toFirst, cost);
    network.edge(toLast, from, cost);
    for (const end of ends) {
      network.edge(toFirst, end, free);
      network.edge(end, toLast, free);
    }
  }
  for (const node of nodes) {
    for (const [order, edge] of [
      ["first", [source, place(node)]],
      ["last", [place(node), sink]],
    ] as const) {
      const cost = dislikes(node, order);
      if (cost > 0) network.edge(edge[0], edge[1], cost);
    }
  }
  const last = network.cut();
  return new Map(nodes.map((node) => [node, last[place(node)] ? "last" : "first"]));
}

import { Graph } from "../../ir/graph.js";
import type { Value } from "../../ir/value.js";
import { isConstant, transposed } from "../constant.js";
import type { Pass } from "../pass.js";
import { assignOrders, origin } from "./assign.js";
import type { Movable } from "./movable.js";
import { findOrders, type Order, type Orders, otherOrder, permTo } from "./orders.js";

/** Pictures, volumes; rank 3 for what is one-dimensional. */
const ranks = [4, 5, 3] as const;

/**
 * tfjs keeps channels last, ONNX's convolutions take them first: each comes between two Transposes. Operators that
 * work in either order are put into the one that needs least transposing, and Transposes stand only where the two
 * orders meet.
 */
export const layout: Pass = (graph) => {
  let current = graph;
  for (const rank of ranks) {
    const orders = findOrders(current, rank);
    const chosen = orders.turns.size > 0 ? assignOrders(current, rank, orders) : null;
    if (chosen) current = new Layout(current, rank, orders, chosen).graph;
  }
  return { graph: current, modified: current !== graph };
};

/** The graph with each movable node in its chosen order. */
class Layout {
  readonly graph: Graph;
  /** What stands for each old value, of other ranks too. */
  private readonly known = new Map<Value, Partial<Record<Order, Value>>>();

  constructor(
    old: Graph,
    private readonly rank: number,
    private readonly orders: Orders,
    chosen: ReturnType<typeof assignOrders> & object,
  ) {
    this.graph = new Graph(old.opset);
    this.graph.inputs.push(...old.inputs);
    for (const node of old.nodes) {
      if (orders.turns.has(node)) continue;
      this.graph.origin = node.origin;
      const movable = orders.movable.get(node);
      const order = chosen.get(node);
      if (movable && order) this.moved(node, movable, order);
      else this.kept(node);
    }
    for (const { name, value } of old.outputs) this.graph.output(name, this.asBefore(value));
  }

  private kept(node: Graph["nodes"][number]): void {
    const inputs = node.inputs.map((input) => input && this.asBefore(input));
    const made = this.graph.ops(node.op, inputs, { attributes: node.attributes, outputs: node.outputs });
    for (const [i, output] of node.outputs.entries())
      this.note(output, this.orders.orderOf(output), made[i]!);
  }

  private moved(node: Graph["nodes"][number], movable: Movable, order: Order): void {
    const given = movable.tensors.map((at) => node.inputs[at]!);
    const now = this.orders.orderOf(given.find((input) => !isConstant(input))!);
    const stays = now === order;
    const perm = permTo(order, this.rank);
    const { inputs, attributes } = stays
      ? node
      : movable.move(perm, this.graph, (value) => this.asBefore(value));
    const all = inputs.map((input, i) => {
      if (input === null) return null;
      if (!movable.tensors.includes(i)) return input.data ? input : this.asBefore(input);
      if (isConstant(input)) return stays ? input : transposed(input, perm);
      return this.inOrder(input, order);
    });
    const outputs = node.outputs.map(({ dtype, shape }) => ({
      dtype,
      shape: stays || !movable.movesOutput ? shape : perm.map((axis) => shape[axis]!),
    }));
    const made = this.graph.ops(node.op, all, { attributes, outputs });
    for (const [i, output] of node.outputs.entries()) {
      this.note(output, movable.movesOutput ? order : this.orders.orderOf(output), made[i]!);
    }
  }

  private note(old: Value, order: Order, value: Value): void {
    this.known.set(old, { [order]: value });
  }

  /** What the old value was, in its own order. */
  private asBefore(value: Value): Value {
    return this.inOrder(value, this.orders.orderOf(value));
  }

  private inOrder(value: Value, order: Order): Value {
    if (value.rank !== this.rank) return this.known.get(value)?.[this.orders.orderOf(value)] ?? value;
    const from = origin(value, this.orders);
    const forms = this.known.get(from) ?? { [this.orders.orderOf(from)]: from };
    if (!forms[order]) {
      const source = forms[otherOrder(order)]!;
      forms[order] = this.graph.op("Transpose", [source], { attributes: { perm: permTo(order, this.rank) } });
      this.known.set(from, forms);
    }
    return forms[order];
  }
}

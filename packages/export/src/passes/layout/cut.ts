/** Nodes of the two sides. */
export const source = 0;
export const sink = 1;

/**
 * A network whose nodes are to be split into two sides at the least cost (maximum flow, Dinic 1970). An edge costs its
 * capacity where it leads from the source's side to the sink's.
 */
export class Network {
  private readonly heads: number[][] = [[], []];
  private readonly to: number[] = [];
  private readonly capacity: number[] = [];

  node(): number {
    return this.heads.push([]) - 1;
  }

  edge(from: number, to: number, capacity: number): void {
    this.half(from, to, capacity);
    this.half(to, from, 0);
  }

  /** The smallest source's side among those of least cost: whether each node is on it. */
  cut(): boolean[] {
    for (;;) {
      const levels = this.levels();
      if (levels[sink]! < 0) return levels.map((level) => level >= 0);
      this.block(levels);
    }
  }

  private half(from: number, to: number, capacity: number): void {
    this.heads[from]!.push(this.to.length);
    this.to.push(to);
    this.capacity.push(capacity);
  }

  /** Steps from the source along edges with room; -1 where there is no way. */
  private levels(): number[] {
    const levels = this.heads.map(() => -1);
    levels[source] = 0;
    const queue = [source];
    for (let next = 0; next < queue.length; next++) {
      const node = queue[next]!;
      for (const edge of this.heads[node]!) {
        const to = this.to[edge]!;
        if (this.capacity[edge]! <= 0 || levels[to]! >= 0) continue;
        levels[to] = levels[node]! + 1;
        queue.push(to);
      }
    }
    return levels;
  }

  /** Fill shortest ways until each has a full edge. */
  private block(levels: readonly number[]): void {
    const next = this.heads.map(() => 0);
    const path: number[] = [];
    let node = source;
    while (node !== source || next[source]! < this.heads[source]!.length) {
      if (node === sink) {
        node = this.push(path);
        continue;
      }
      const edge = this.heads[node]![next[node]!];
      if (edge === undefined) {
        node = this.to[path.pop()! ^ 1]!;
        next[node]!++;
      } else if (this.capacity[edge]! > 0 && levels[this.to[edge]!] === levels[node]! + 1) {
        path.push(edge);
        node = this.to[edge]!;
      } else next[node]!++;
    }
  }

  /** Send what the way can take; go back to where its first full edge starts. */
  private push(path: number[]): number {
    const flow = path.reduce(
      (least, edge) => Math.min(least, this.capacity[edge]!),
      Number.POSITIVE_INFINITY,
    );
    for (const edge of path) {
      this.capacity[edge]! -= flow;
      this.capacity[edge ^ 1]! += flow;
    }
    const full = path.findIndex((edge) => this.capacity[edge]! <= 0);
    const node = this.to[path[full]! ^ 1]!;
    path.length = full;
    return node;
  }
}

import { DataError } from "../errors.js";
import { type BranchName, branchNames } from "./branch-names.js";
import { classesOf, type DrawnClass, nameOf } from "./classes.js";
import { type Figure, type FigureOptions, finishFigure, startFigure } from "./figure.js";
import { icicle, type TreeData } from "./icicle.js";
import { amount, count, short } from "./numbers.js";
import { numberAxis, pathLayer, type Spec } from "./spec.js";

/** As hdbscan gives it. */
export interface CondensedTreeData {
  condensedTree: TreeData;
  /** Nodes of the tree that became the clusters 0, 1, ... */
  selected: readonly number[];
  /** Cluster of each row, -1 for noise: for the colours, which are those of the scatter of the same labels. */
  labels: ArrayLike<number>;
}

export interface CondensedTreeOptions extends FigureOptions {
  /** As of scatterFigure. Default 20. */
  classes?: number;
}

/**
 * HDBSCAN's condensed tree as an icicle: from top to bottom the density lambda = 1 / distance grows, and a column is as wide as its cluster
 * has points; where a column parts, so does the cluster. Selected clusters, and what they part into, have their colours of the scatter.
 * @throws DataError for a tree without rows
 */
export async function condensedTreeFigure(
  hdbscan: CondensedTreeData,
  options: CondensedTreeOptions = {},
): Promise<Figure> {
  const call = "condensedTreeFigure";
  const frame = await startFigure(call, options, ["classes"]);
  const { condensedTree, selected, labels } = hdbscan;
  if (!condensedTree?.parent.length) throw new DataError(`${call}: the condensed tree has no rows`);
  const { width = 560, height = 320, classes: most = 20 } = options;
  const { colours } = frame;
  const tree = icicle(condensedTree, { width, height });
  const drawn = new Map<string, DrawnClass>(
    classesOf(labels, most, colours).list.map((drawn) => [drawn.name, drawn]),
  );
  const colourOf = (cluster: number) => drawn.get(nameOf(cluster))?.colour ?? colours.muted;

  const cluster = new Map(selected.map((node, label) => [node, label]));
  const layer: Spec[] = [
    {
      data: { values: [] },
      mark: { type: "point" },
      encoding: {
        y: {
          ...numberAxis("y", tree.lambda, "density λ = 1 / distance", { tickCount: 5 }),
          scale: { domain: [...tree.lambda], nice: false, zero: false, reverse: true },
        },
      },
    },
  ];
  const clusters: BranchName[] = [];
  for (const column of tree.columns) {
    let at: number | undefined = column.node;
    while (at !== undefined && !cluster.has(at)) at = tree.parents.get(at);
    const label = at === undefined ? undefined : cluster.get(at);
    const fill = label === undefined ? colours.none : colourOf(label);
    layer.push(
      pathLayer(column.path, {
        filled: true,
        color: fill,
        opacity: 1,
        stroke: colours.paper,
        strokeWidth: 0.6,
      }),
    );
    if (label !== undefined && column.node === at) clusters.push({ column, text: nameOf(label), fill });
  }
  layer.push(...branchNames(clusters, tree.columns, { width, height }, frame));
  const [, highest] = tree.lambda;
  return finishFigure(frame, {
    title: "Condensed tree of HDBSCAN",
    subtitle: `width: points of a branch; in colour: the ${amount(selected.length, "cluster")} that were selected`,
    alt:
      `Icicle of HDBSCAN's condensed tree of ${amount(tree.points, "point")} with ${amount(tree.branches, "branch", "branches")}, ` +
      `${count(selected.length)} of them selected as clusters; density up to ${short(highest)}.`,
    room: width + 50,
    body: { width, height, layer },
  });
}

export type { Clustering, ClusterScores, ClustersAnalysis } from "./report/analysis/clusters.js";
export type { DimensionsAnalysis } from "./report/analysis/dimensions.js";
export type { Information } from "./report/analysis/information.js";
export type { LabelsAnalysis } from "./report/analysis/labels.js";
export type { Embedding, MapAnalysis } from "./report/analysis/map.js";
export type { HeldOut } from "./report/analysis/mixture.js";
export type { Arithmetic } from "./report/analysis/moves/arithmetic.js";
export type { Direction, Directions } from "./report/analysis/moves/directions.js";
export type { Interpolation } from "./report/analysis/moves/interpolations.js";
export type { Manifold } from "./report/analysis/moves/manifold.js";
export type { Samples } from "./report/analysis/moves/samples.js";
export type { Traversal as DecodedTraversal } from "./report/analysis/moves/traversals.js";
export type { MovesAnalysis } from "./report/analysis/moves.js";
export type { OutliersAnalysis } from "./report/analysis/outliers.js";
export type { PriorAnalysis } from "./report/analysis/prior.js";
export { type Analysis, analyze } from "./report/analyze.js";
export { analysisSentences, type ReportOptions, reportFiles } from "./report/files.js";
export type { AnalyzeInput, CheckedInput, Classes, Column, Pictures } from "./report/input.js";
export { type AnalyzeOptions, type Projection, projections } from "./report/options.js";
export type {
  PageClasses,
  PageColouring,
  PageData,
  PageEmbedding,
  PageFact,
  PageFigure,
  PageMap,
  PageSection,
  PageTable,
  PageTheme,
  PageThumbnails,
  PageValues,
} from "./report/page/page-data.js";
export { type HtmlOptions, renderHtml } from "./report/render-html.js";
export type { Section, SectionFigure } from "./report/sections/section.js";

export { type ChoiceData, choiceFigure } from "./draw/choice.js";
export {
  type CondensedTreeData,
  type CondensedTreeOptions,
  condensedTreeFigure,
} from "./draw/condensed-tree.js";
export { type ConfusionData, type ConfusionOptions, confusionFigure } from "./draw/confusion.js";
export { type CorrelationData, correlationFigure } from "./draw/correlation.js";
export { type DensityData, type DensityOptions, densityFigure } from "./draw/density.js";
export type { Figure, FigureOptions } from "./draw/figure.js";
export { type GridData, gridFigure } from "./draw/grid.js";
export type { TreeData } from "./draw/icicle.js";
export { type InformationData, informationFigure } from "./draw/information.js";
export { type InterpolationData, interpolationFigure } from "./draw/interpolation.js";
export { type KlData, type KlOptions, klFigure } from "./draw/kl.js";
export { type ManifoldData, manifoldFigure } from "./draw/manifold.js";
export { type OutliersData, outliersFigure } from "./draw/outliers.js";
export { encodePng, type PngWriteOptions } from "./draw/png.js";
export { type PngOptions, renderPng } from "./draw/render-png.js";
export { type ScatterData, type ScatterOptions, scatterFigure } from "./draw/scatter.js";
export type { Pictures } from "./draw/sheet.js";
export type { Strip } from "./draw/strips.js";
export { type Palette, palette, type Theme } from "./draw/theme.js";
export { shrink, type ThumbnailSheets, thumbnailSheets } from "./draw/thumbnails.js";
export { type TraversalStrip, traversalFigure } from "./draw/traversal.js";
export { varianceFigure } from "./draw/variance.js";

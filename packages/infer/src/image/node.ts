export type { ImageModel, ReadOptions } from "./batch.js";
export { type FitOptions, fitPicture, type ImageShape } from "./fit.js";
export { gridPng, interleave, type Pictures } from "./grid.js";
export type { Picture } from "./picture.js";
export type { Fit } from "./placement.js";
export { type ImageSource, readImages } from "./read-node.js";
export type { ImageRows } from "./rows.js";
export { toPng, writeImage } from "./write-node.js";

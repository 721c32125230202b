export type { ImageModel, ReadOptions } from "./batch.js";
export { type FitOptions, fitPicture, type ImageShape } from "./fit.js";
export type { Picture } from "./picture.js";
export type { Fit } from "./placement.js";
export { type ImageSource, readImages } from "./read-web.js";
export type { ImageRows } from "./rows.js";
export { drawImage, toBlob, toImageData } from "./write-web.js";

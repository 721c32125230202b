import type { Area } from "./resample.js";

interface Size {
  width: number;
  height: number;
}

/** Which area of a picture goes where on the model's. */
export interface Placement {
  /** Of the picture; may lie between pixels. */
  from: Area;
  /** Of the model's picture, in whole pixels. */
  to: Area;
}

const whole = ({ width, height }: Size): Area => ({ left: 0, top: 0, width, height });

/** All of the picture, as large as it goes in, in the middle; background beside it. */
function contain(picture: Size, model: Size): Placement {
  const scale = Math.min(model.width / picture.width, model.height / picture.height);
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const left = Math.floor((model.width - width) / 2);
  const top = Math.floor((model.height - height) / 2);
  return { from: whole(picture), to: { left, top, width, height } };
}

/** The largest area from the middle of the picture that has the model's proportions. */
function cover(picture: Size, model: Size): Placement {
  const scale = Math.max(model.width / picture.width, model.height / picture.height);
  const width = Math.min(picture.width, model.width / scale);
  const height = Math.min(picture.height, model.height / scale);
  const from = { left: (picture.width - width) / 2, top: (picture.height - height) / 2, width, height };
  return { from, to: whole(model) };
}

/** All of the picture, stretched to the model's proportions. */
function fill(picture: Size, model: Size): Placement {
  return { from: whole(picture), to: whole(model) };
}

/** Ways in which a picture of another size comes to the model's. */
export const placements = { contain, cover, fill };
export type Fit = keyof typeof placements;

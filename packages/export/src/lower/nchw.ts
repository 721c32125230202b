/** Axes of tfjs's [batch, height, width, channels] in the order of ONNX's [batch, channels, height, width], and back. */
export const toNchw = [0, 3, 1, 2] as const;
export const fromNchw = [0, 2, 3, 1] as const;

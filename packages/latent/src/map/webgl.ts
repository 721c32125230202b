/** Whether this browser draws with WebGL 2, which the maps need. */
export function hasWebgl(): boolean {
  const context = document.createElement("canvas").getContext("webgl2");
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return context !== null;
}

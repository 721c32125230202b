import type { SiteEmbedding } from "../../../site/manifest.js";

export function embeddingName({ name, dimensions }: SiteEmbedding): string {
  return `${name} ${dimensions}-D`;
}

/** Which of them the browser can show: the flat ones without WebGL, or all of them flat where there are no others. */
export function embeddingsShown(embeddings: readonly SiteEmbedding[], webgl: boolean): number[] {
  const all = embeddings.map((_, i) => i);
  const flat = all.filter((i) => embeddings[i]!.dimensions === 2);
  return webgl || flat.length === 0 ? all : flat;
}

/** The one that was asked for, or the first that can be shown. */
export function shownEmbedding(embeddings: readonly SiteEmbedding[], wanted: number, webgl: boolean): number {
  const able = embeddingsShown(embeddings, webgl);
  return able.includes(wanted) ? wanted : able[0]!;
}

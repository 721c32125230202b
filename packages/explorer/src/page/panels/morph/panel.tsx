/** Filled in by its own part of the page. */
export function MorphPanel() {
  return <p>Morph</p>;
}

/** Filled in by its own part of the page. */
export function GridPanel() {
  return <p>Grid</p>;
}

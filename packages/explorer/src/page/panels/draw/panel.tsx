/** Filled in by its own part of the page. */
export function DrawPanel() {
  return <p>Draw</p>;
}

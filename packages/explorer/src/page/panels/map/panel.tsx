/** Filled in by its own part of the page. */
export function MapPanel() {
  return <p>Map</p>;
}

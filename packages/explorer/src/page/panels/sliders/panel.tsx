/** Filled in by its own part of the page. */
export function SlidersPanel() {
  return <p>Sliders</p>;
}

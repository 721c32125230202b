/** Filled in by its own part of the page. */
export function ArithmeticPanel() {
  return <p>Arithmetic</p>;
}

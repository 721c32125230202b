/** Filled in by its own part of the page. */
export function Actions() {
  return <div class="actions" />;
}

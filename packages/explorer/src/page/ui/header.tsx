import { useExplorer } from "../core/context.js";

export function Header() {
  const state = useExplorer();
  const { name, description } = state.site;
  const next = state.shade.value === "dark" ? "light" : "dark";
  return (
    <header class="header">
      <div>
        <h1>{name}</h1>
        {description && <p>{description}</p>}
      </div>
      <button
        type="button"
        class="theme"
        aria-label={`Switch to ${next} colours`}
        onClick={() => {
          state.theme.value = next;
        }}
      >
        {next === "dark" ? "Dark" : "Light"}
      </button>
    </header>
  );
}

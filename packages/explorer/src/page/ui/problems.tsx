import { useExplorer } from "../core/context.js";

/** What does not work, and what does all the same. */
export function Problems() {
  const { problems, notice } = useExplorer();
  if (problems.value.length === 0)
    return notice.value ? (
      <p class="notice" role="status">
        {notice.value}
      </p>
    ) : null;
  return (
    <div class="problems" role="alert">
      {problems.value.map(({ what, still }) => (
        <p key={what}>
          <strong>{what}</strong> {still}
        </p>
      ))}
    </div>
  );
}

import type { JSX } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import type { Plan } from "./plan.js";

interface CellsProps {
  plan: Plan;
  rows: number;
  /** The cell that is looked at, or -1. */
  current: number;
  busy: boolean;
  /** A cell is pointed at or focused; -1: none any more. */
  point: (cell: number) => void;
  choose: (cell: number) => void;
}

/** A grid as WAI-ARIA's authoring practices have it: one stop of the tab key, arrows move within. */
export function Cells({ plan, rows, current, busy, point, choose }: CellsProps) {
  const grid = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState(0);
  const { columns } = plan;
  const count = rows * columns;
  const stop = Math.min(focused, count - 1);
  const move = (event: KeyboardEvent) => {
    const cell = cellOfEvent(event);
    if (cell < 0) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      choose(cell);
      return;
    }
    const to = moved(event, cell, columns, count);
    if (to === null) return;
    event.preventDefault();
    setFocused(to);
    grid.current?.querySelector<HTMLElement>(`[data-cell="${to}"]`)?.focus();
  };
  const cells = useMemo(() => gridRows(plan, rows, current, stop), [plan, rows, current, stop]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: its pictures are on a canvas below, no table's cells
    <div
      role="grid"
      class="cells"
      ref={grid}
      aria-label={plan.title}
      aria-busy={busy}
      onKeyDown={move}
      onPointerOver={(event) => point(cellOfEvent(event))}
      onPointerLeave={() => point(-1)}
      onFocusIn={(event) => {
        const cell = cellOfEvent(event);
        setFocused(Math.max(0, cell));
        point(cell);
      }}
      onFocusOut={() => point(-1)}
      onClick={(event) => {
        const cell = cellOfEvent(event);
        if (cell >= 0) choose(cell);
      }}
    >
      {cells}
    </div>
  );
}

function gridRows(plan: Plan, rows: number, current: number, stop: number): JSX.Element[] {
  const { columns } = plan;
  const template = { gridTemplateColumns: `repeat(${columns}, 1fr)` };
  return Array.from({ length: rows }, (_, row) => (
    // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: a row of that grid, whose cells take the focus
    <div role="row" key={row} style={template}>
      {Array.from({ length: columns }, (_, column) => {
        const cell = row * columns + column;
        return (
          // biome-ignore lint/a11y/useSemanticElements: a cell of that grid
          <div
            role="gridcell"
            key={cell}
            data-cell={cell}
            tabIndex={cell === stop ? 0 : -1}
            aria-selected={cell === current}
            aria-label={plan.nameOf(cell)}
          />
        );
      })}
    </div>
  ));
}

function cellOfEvent({ target }: Event): number {
  const { cell } = (target as HTMLElement).dataset;
  return cell === undefined ? -1 : Number(cell);
}

/** Where a key leads; null for keys that lead nowhere. */
function moved({ key, ctrlKey }: KeyboardEvent, cell: number, columns: number, count: number): number | null {
  const start = cell - (cell % columns);
  const steps: Record<string, number> = {
    ArrowRight: Math.min(cell + 1, start + columns - 1),
    ArrowLeft: Math.max(cell - 1, start),
    ArrowDown: cell + columns < count ? cell + columns : cell,
    ArrowUp: cell >= columns ? cell - columns : cell,
    Home: ctrlKey ? 0 : start,
    End: ctrlKey ? count - 1 : start + columns - 1,
  };
  return steps[key] ?? null;
}

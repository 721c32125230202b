import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";

export interface Tab<T extends string> {
  name: T;
  title: string;
}

interface TabsProps<T extends string> {
  /** For screen readers: what is chosen. */
  label: string;
  tabs: readonly Tab<T>[];
  chosen: T;
  /** Of the elements that the tabs open: `${panel}-${name}`, or one for all without. */
  panel: string;
  choose: (name: T) => void;
  kind?: "main" | "small";
}

/** A row of tabs as WAI-ARIA's authoring practices have it: arrows move, Home and End too. */
export function Tabs<T extends string>({ label, tabs, chosen, panel, choose, kind = "main" }: TabsProps<T>) {
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const at = tabs.findIndex(({ name }) => name === chosen);
    const steps: Record<string, number> = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      Home: 0,
      End: tabs.length - 1,
    };
    const to = steps[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const { name } = tabs[(to + tabs.length) % tabs.length]!;
    choose(name);
    list.current?.querySelector<HTMLElement>(`[data-tab="${name}"]`)?.focus();
  };
  return (
    <div class={`tabs ${kind}`} role="tablist" aria-label={label} ref={list} onKeyDown={move}>
      {tabs.map(({ name, title }) => (
        <button
          type="button"
          role="tab"
          key={name}
          id={`${panel}-tab-${name}`}
          data-tab={name}
          data-title={title}
          aria-selected={name === chosen}
          aria-controls={panel}
          tabIndex={name === chosen ? 0 : -1}
          onClick={() => choose(name)}
        >
          {title}
        </button>
      ))}
    </div>
  );
}

export function TabPanel({ id, tab, children }: { id: string; tab: string; children: ComponentChildren }) {
  return (
    <div class="panel" role="tabpanel" id={id} aria-labelledby={`${id}-tab-${tab}`} tabIndex={-1}>
      {children}
    </div>
  );
}

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { State } from "./state.js";

export const StateContext = createContext<State | null>(null);

/** The page's state, in any of its components. */
export function useExplorer(): State {
  return useContext(StateContext)!;
}

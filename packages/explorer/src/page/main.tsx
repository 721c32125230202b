/*! This page holds Preact (c) 2015-present Jason Miller, twgl.js (c) 2019 Gregg Tavares, gifenc (c) 2017 Matt DesLauriers, fflate, valibot and noble-hashes, under the MIT licence. */
import { effect } from "@preact/signals";
import { render } from "preact";
import { App } from "./app.js";
import { StateContext } from "./core/context.js";
import { followCode, messageOf } from "./core/decode-loop.js";
import { linkOf, readLink } from "./core/link.js";
import { loadModel } from "./core/model.js";
import { keepOffline } from "./core/offline.js";
import { loadReference } from "./core/reference.js";
import { readSite } from "./core/site.js";
import { createState, report, rowName, type State } from "./core/state.js";
import "./styles/index.css";

const site = readSite();
const state = createState(site, site.reference.dimensions.length);
const root = document.getElementById("app")!;

effect(() => {
  document.documentElement.dataset.theme = state.shade.value;
});
render(
  <StateContext.Provider value={state}>
    <App />
  </StateContext.Provider>,
  root,
);
root.dataset.started = "";
followCode(state);
keepOffline(state);
void start(state);

/** The decoder and its first picture first, the map's data after. */
async function start(state: State): Promise<void> {
  try {
    const model = await loadModel(site, (loaded, total) => {
      state.progress.value = { loaded, total };
    });
    openWith(state, model.manifest.condition);
    readLink(state, location.hash);
    state.model.value = model;
    keepLink(state);
  } catch (error) {
    state.modelFailed.value = true;
    report(state, `The decoder did not load: ${messageOf(error)}`, "The map still shows the examples.");
  }
  try {
    state.reference.value = await loadReference(site, site.reference.dimensions.length);
  } catch (error) {
    state.referenceFailed.value = true;
    report(
      state,
      `The map's data did not load: ${messageOf(error)}`,
      "Sliders, grids, samples and pictures of your own still work.",
    );
  }
}

type Condition = NonNullable<State["model"]["value"]>["manifest"]["condition"];

/** One of the rows, told its own label; of columns their means. */
function openWith(state: State, condition: Condition): void {
  const { row, z, label } = site.reference.start;
  state.z.value = Float32Array.from(z);
  state.origin.value = rowName(state, row, label ?? undefined);
  if (!condition) return;
  const told =
    condition.kind === "columns"
      ? condition.mean
      : Array.from({ length: condition.classes }, (_, i) => Number(i === (label ?? 0)));
  state.condition.value = Float32Array.from(told);
}

/** The address follows the state, a moment behind, so that a reload and a copied address come back to it. */
function keepLink(state: State): void {
  let timer = 0;
  effect(() => {
    const link = linkOf(state);
    clearTimeout(timer);
    timer = window.setTimeout(() => history.replaceState(null, "", `#${link}`), 300);
  });
  window.addEventListener("hashchange", () => readLink(state, location.hash));
}

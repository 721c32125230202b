/*! This page holds Preact (c) 2015-present Jason Miller, twgl.js (c) 2019 Gregg Tavares, gifenc (c) 2017 Matt DesLauriers, fflate, valibot and noble-hashes, under the MIT licence. */
import { effect } from "@preact/signals";
import { render } from "preact";
import { App } from "./app.js";
import { StateContext } from "./core/context.js";
import { followCode, messageOf } from "./core/decode-loop.js";
import { linkOf } from "./core/link.js";
import { loadModel } from "./core/model.js";
import { keepOffline } from "./core/offline.js";
import { loadReference } from "./core/reference.js";
import { readSite } from "./core/site.js";
import { openAt } from "./core/start.js";
import { createState, report, type State } from "./core/state.js";
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
    openAt(state, model.manifest.condition, location.hash);
    state.model.value = model;
    keepLink(state);
  } catch (error) {
    state.modelFailed.value = true;
    openAt(state, null, location.hash);
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

/** The address follows the state, a moment behind, so that a reload and a copied address come back to it. */
function keepLink(state: State): void {
  let timer = 0;
  effect(() => {
    const link = linkOf(state);
    clearTimeout(timer);
    timer = window.setTimeout(() => history.replaceState(null, "", `#${link}`), 300);
  });
  window.addEventListener("hashchange", () =>
    openAt(state, state.model.peek()?.manifest.condition ?? null, location.hash),
  );
}

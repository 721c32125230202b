import { clustersSection } from "./clusters.js";
import { dimensionsSection } from "./dimensions.js";
import { labelsSection } from "./labels.js";
import { mapsSection } from "./maps.js";
import { samplesSection, traversalsSection, waysSection } from "./moves.js";
import { outliersSection } from "./outliers.js";
import { priorSection } from "./prior.js";
import type { SectionMaker } from "./section.js";

/** The report's sections, in their order. */
export const sections: readonly SectionMaker[] = [
  labelsSection,
  mapsSection,
  dimensionsSection,
  traversalsSection,
  clustersSection,
  waysSection,
  samplesSection,
  priorSection,
  outliersSection,
];

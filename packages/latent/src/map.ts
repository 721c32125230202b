export { type Look, type Plot, pointOpacity, pointSize } from "./report/page/plot.js";

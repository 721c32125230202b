export { type Analysis, analyze } from "./report/analyze.js";
export { analysisSentences, type ReportOptions, reportFiles } from "./report/files.js";
export type { AnalyzeInput, Column, Pictures } from "./report/input.js";
export { type AnalyzeOptions, type Projection, projections } from "./report/options.js";
export type { PageData, PageTheme } from "./report/page/page-data.js";
export { renderHtml } from "./report/render-html.js";

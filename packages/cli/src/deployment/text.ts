import type { DeploymentReport } from "./check-web.js";

/** The report for people: what was found, and below each what to do. */
export function deploymentText({ findings, counts }: DeploymentReport): string {
  const lines = findings.flatMap(({ check, level, subject, what, todo }) => [
    `${level.padEnd(7)}  ${check}: ${subject}: ${indent(what)}`,
    ...(todo ? [`         ${indent(todo)}`] : []),
  ]);
  const total = `${counted(counts.problem, "problem")}, ${counted(counts.warning, "warning")}`;
  return [...lines, total].join("\n");
}

function indent(text: string): string {
  return text.replaceAll("\n", "\n         ");
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/**
 * Area under the receiver operating characteristic: how likely a row of class 1 scores above one of class 0, ties by half
 * (the Mann-Whitney U statistic; Hanley & McNeil 1982). Both classes must be there.
 */
export function areaUnderCurve(scores: Float64Array, truth: Uint8Array): number {
  const order = Uint32Array.from(scores, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  const rows = order.length;
  let positives = 0;
  let ranks = 0;
  for (let start = 0; start < rows; ) {
    let end = start + 1;
    while (end < rows && scores[order[end]!] === scores[order[start]!]) end++;
    // Ranks start + 1 .. end, of which each of equal scores gets the mean.
    for (let i = start; i < end; i++) {
      if (truth[order[i]!] !== 1) continue;
      positives++;
      ranks += (start + 1 + end) / 2;
    }
    start = end;
  }
  return (ranks - (positives * (positives + 1)) / 2) / (positives * (rows - positives));
}

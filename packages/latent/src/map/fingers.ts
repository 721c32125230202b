/** A place on an element: CSS pixels from its corner. */
export interface Place {
  x: number;
  y: number;
}

/** Of two that are held: how far from each other they are, and the middle between them. */
export function spread(held: ReadonlyMap<number, Place>): Place & { size: number } {
  const [a, b] = [...held.values()];
  return { size: Math.hypot(a!.x - b!.x, a!.y - b!.y), x: (a!.x + b!.x) / 2, y: (a!.y + b!.y) / 2 };
}

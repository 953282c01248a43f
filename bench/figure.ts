/** One line of the table: what was measured, against what, and whether it holds. */
export interface Figure {
  figure: string;
  /** The goal in words. */
  goal: string;
  measured: number;
  unit: string;
  /** What the same machine can do at best, in the same unit and run; null where the figure is no time. */
  ceiling: number | null;
  /** measured / ceiling (or the inverse for times), null without a ceiling. */
  ratio: number | null;
  holds: boolean;
  samples: number;
}

/** How much is measured: `quick` takes less of everything that takes long; each measure tells how many seconds it took. */
export interface BenchSize {
  quick: boolean;
}

/** The value below which a share of the samples lies (0..1). */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** Rounds for the table: three significant digits. */
export const rounded = (value: number): number => Number(value.toPrecision(3));

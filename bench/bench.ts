/** One measured figure, beside its reference where there is one. */
export interface BenchRow {
  name: string;
  value: number;
  /** `MB/s`, `pages/s`, `ms`, `%` …; empty for plain counts. */
  unit: string;
  /** What the same machine does without us, in the same run and unit. */
  reference?: { name: string; value: number };
  /** Usually value / reference.value; a bench may answer a steadier one, such as the median of its rounds' ratios. */
  ratio?: number;
}

export interface BenchResult {
  rows: BenchRow[];
  /** What a reader must know to judge the rows; what could not be measured, loudly. */
  notes: string[];
}

/** A measurement: a file of its own in this folder, and a line in benches.ts. */
export interface Bench {
  name: string;
  /** One line. */
  description: string;
  /** True for a bench that takes long or needs outside material: it runs only when it is named. */
  onlyByName?: boolean;
  /** @param say shows progress to a person who waits; not part of the result */
  run(say: (line: string) => void): Promise<BenchResult>;
}

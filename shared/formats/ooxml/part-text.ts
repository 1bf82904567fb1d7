/** What a chart or diagram says. */
export interface PartText {
  lines: string[];
  /** Whether it says more than is told. */
  cut: boolean;
}

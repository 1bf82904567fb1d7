/** A number, amount, share, date or time, and the marks that stand for none. */
const VALUE = /^[\p{Sc}(+\-−–]*\d[\d\s.,:/'’%()\-–]*[\p{Sc}%)]*$|^[-–—]$|^n\/?a$/iu;

/** Whether a cell holds a value and no name. */
export function isValue(text: string): boolean {
  return VALUE.test(text.trim());
}

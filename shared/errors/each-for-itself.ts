/**
 * Does work for each item in turn: what fails for one is done for the others all the same, and told afterwards.
 * @returns how many succeeded
 * @throws Error with the first cause, once all were tried, when any failed
 */
export async function eachForItself<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<number> {
  const failures: unknown[] = [];
  for (const item of items) {
    try {
      await work(item);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new Error(`${failures.length} of ${items.length} failed`, { cause: failures[0] });
  return items.length;
}

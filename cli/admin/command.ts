import type { Db } from '#shared/db/database.ts';
import type { Container } from '#shared/runtime/container.ts';

export interface AdminContext {
  db: Db;
  /** What the functions have. @throws ConfigError naming every setting that is missing */
  openContainer(): Promise<Container>;
}

/** One thing an operator does to the whole system: a file of its own in this folder, and a line in commands.ts. */
export interface AdminCommand {
  name: string;
  /** What follows the name, e.g. `EMAIL`. */
  usage: string;
  /** One line. */
  summary: string;
  /**
   * @returns the line that says what was done
   * @throws AppError or Error with a sentence for the operator
   */
  run(context: AdminContext, args: readonly string[]): Promise<string>;
}

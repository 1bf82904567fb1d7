/** Where lines about the work go: what there is to know, errors as `err`, and a sentence that names no person's data. */
export interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

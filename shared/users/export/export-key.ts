/** Where the archives of a person lie in the storage bucket. */
export function personExportsPrefix(userId: string): string {
  return `exports/${userId}/`;
}

/** Where one attempt to build an archive writes it, never where another does. */
export function exportKey(userId: string, exportId: string, attempt: number): string {
  return `${personExportsPrefix(userId)}${exportId}-${attempt}`;
}

/** Where the small copy of a page that is a picture can be had. */
export function previewAddress(fileId: string, page: number): string {
  return `/files/${fileId}/preview?page=${page}`;
}

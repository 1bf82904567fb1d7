/** How much the files inside a document may come to. */
export interface ChildLimits {
  files: number;
  /** Unpacked bytes of all files together. */
  bytes: number;
  /** Unpacked bytes of one file; a longer one is left out. */
  fileBytes: number;
}

/** What unpacking may fill, and where. */
export interface Unpacking extends ChildLimits {
  /** The one folder where the process may write and read what it wrote. */
  folder: string;
  /** How many levels of archives in archives will be unpacked after this one, and so are counted with it. */
  levels: number;
}

/** A file inside another: an entry of an archive, an attachment of a mail. */
export interface ChildFile {
  /** Where it lies in the document, by `/`, unique there; cleaned for display and never used as a path. */
  path: string;
  /** What the document says it is. */
  contentType?: string | undefined;
  /**
   * Writes its bytes, checked, to a file that is not there yet.
   * @returns how many bytes they are
   * @throws AppError FILE_TOO_LARGE, DAMAGED_FILE, UNSUPPORTED_TYPE: this child alone is lost
   */
  write(to: string): Promise<number>;
}

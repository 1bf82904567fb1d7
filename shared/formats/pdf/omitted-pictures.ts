/** As the library says it when it leaves out a picture of more than `maxImageSize` pixels. */
const OMITTED = 'Image exceeded maximum allowed size';

export interface OmittedPictures {
  /** How many pictures the library has left out since this was asked last. */
  take(): number;
  stop(): void;
}

/** The library tells the console, and nobody else, which pictures it leaves out. */
export function countOmittedPictures(): OmittedPictures {
  const { warn } = console;
  let omitted = 0;
  console.warn = (...message: unknown[]): void => {
    if (String(message[0]).includes(OMITTED)) omitted++;
  };
  return {
    take() {
      const taken = omitted;
      omitted = 0;
      return taken;
    },
    stop() {
      console.warn = warn;
    },
  };
}

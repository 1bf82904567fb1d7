/** A document that is damaged all over has nothing new to say. */
const MOST_WARNINGS = 20;

/** Collects the warnings of a document, each once. */
export function collectWarnings(): { warnings: string[]; warn(sentence: string): void } {
  const warnings: string[] = [];
  return {
    warnings,
    warn(sentence) {
      if (warnings.length < MOST_WARNINGS && !warnings.includes(sentence)) warnings.push(sentence);
    },
  };
}

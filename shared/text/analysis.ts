/**
 * The rules by which words become terms: raised with every change after which a text has other terms than before. What was
 * indexed by lower ones is analysed anew (`shared/maintenance/reanalyse/reanalyse-files.ts`); until then it is found by
 * the terms that both have.
 */
export const ANALYSIS = 2;

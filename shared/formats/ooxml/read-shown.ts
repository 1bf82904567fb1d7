import { AppError } from '#shared/errors/app-error.ts';
import type { OfficePackage } from './open-package.ts';
import { readChart } from './read-chart.ts';
import { readDiagram } from './read-diagram.ts';

/** Reads the charts and diagrams of a document: what shows the same one again has nothing new to say. */
export interface ShownReader {
  /** @throws AppError as readXml, but for damage, which is told as a warning */
  lines(pack: OfficePackage, kind: 'chart' | 'diagram', part: string): Promise<string[]>;
}

export function createShownReader(warn: (sentence: string) => void): ShownReader {
  const read = new WeakMap<OfficePackage, Set<string>>();
  return {
    async lines(pack, kind, part) {
      const seen = read.get(pack) ?? new Set();
      read.set(pack, seen);
      if (seen.has(part)) return [];
      seen.add(part);
      try {
        const { lines, cut } = await (kind === 'chart' ? readChart(pack, part) : readDiagram(pack, part));
        if (cut) warn(`Of a very long ${kind}, only the first values were read.`);
        return lines;
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'DAMAGED_FILE') throw error;
        warn(`A ${kind} could not be read: ${error.message}`);
        return [];
      }
    },
  };
}

import { AppError } from '#shared/errors/app-error.ts';
import type { OfficePackage } from '../ooxml/open-package.ts';
import { readShapes, type Shape } from '../ooxml/read-shapes.ts';

/** What slides show beside their own content: footers, and what stands on their layouts and masters. */
export interface Furniture {
  /** What a slide shows that the one before does not. @throws AppError as readXml */
  newOn(slide: string, before: string | undefined): Promise<string[]>;
}

export function createFurniture(pack: OfficePackage, warn: (sentence: string) => void): Furniture {
  // By part: many slides share a layout, all of them a master.
  const known = new Map<string, Promise<string[]>>();

  async function related(part: string, wanted: string): Promise<string | undefined> {
    const targets = [...(await pack.relationships(part)).values()];
    return targets.find(({ type, target }) => type === wanted && pack.parts.names.has(target))?.target;
  }
  async function shapesOf(part: string): Promise<Shape[]> {
    try {
      return await readShapes(pack, part);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'DAMAGED_FILE') throw error;
      warn(`What slides have in common could not be read: ${error.message}`);
      return [];
    }
  }
  /** Placeholders are filled by slides; anything else on a layout or master is shown as it is. */
  function fixed(part: string | undefined): Promise<string[]> {
    if (part === undefined) return Promise.resolve([]);
    const found = known.get(part) ?? shapesOf(part).then((all) => linesOf(all, ''));
    known.set(part, found);
    return found;
  }
  async function hides(part: string): Promise<boolean> {
    let hidden: boolean | undefined;
    await pack.read(part, {
      open(_, attributes) {
        hidden ??= attributes.showMasterSp === '0' || attributes.showMasterSp === 'false';
      },
    });
    return hidden === true;
  }
  async function shownOn(slide: string): Promise<string[]> {
    const footers = linesOf(await shapesOf(slide), 'ftr');
    const layout = await related(slide, 'slideLayout');
    if (layout === undefined || (await hides(slide))) return footers;
    const master = (await hides(layout)) ? undefined : await related(layout, 'slideMaster');
    return [...footers, ...(await fixed(layout)), ...(await fixed(master))];
  }

  return {
    async newOn(slide, before) {
      const shown = await shownOn(slide);
      const old = new Set(before === undefined || shown.length === 0 ? [] : await shownOn(before));
      return [...new Set(shown)].filter((line) => !old.has(line));
    },
  };
}

/** Lines with a word in them: numbers of pages say nothing. */
function linesOf(shapes: readonly Shape[], placeholder: string): string[] {
  return shapes
    .filter((shape) => shape.placeholder === placeholder)
    .flatMap(({ lines }) => lines)
    .filter((line) => /\p{L}{2}/u.test(line));
}

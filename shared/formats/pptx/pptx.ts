import type { Format, OpenDocument } from '#shared/formats/format.ts';

const MB = 1024 * 1024;
const LIMITS = { entries: 20_000, totalBytes: 500 * MB, partBytes: 50 * MB };

/** PowerPoint presentations: a page a slide, hidden ones too, with the speaker's notes. */
export const pptx: Format = {
  id: 'pptx',
  contentTypes: [
    'application/vnd.openxmlformats-officedocument.presentationml.presentation',
    'application/vnd.openxmlformats-officedocument.presentationml.slideshow',
    'application/vnd.openxmlformats-officedocument.presentationml.template',
    'application/vnd.ms-powerpoint.presentation.macroenabled.12',
    'application/vnd.ms-powerpoint.slideshow.macroenabled.12',
    'application/vnd.ms-powerpoint.template.macroenabled.12',
  ],
  extensions: ['pptx', 'pptm', 'ppsx', 'ppsm', 'potx', 'potm'],
  family: 'ooxml',
  paged: true,
  open: openPptx,
};

async function openPptx(path: string): Promise<OpenDocument> {
  const { openPackage, relationshipId } = await import('#shared/formats/ooxml/open-package.ts');
  const { readSlide } = await import('./read-slide.ts');
  const pack = await openPackage(path, LIMITS, {
    root: 'presentation',
    kind: 'a PowerPoint presentation',
    extension: '.pptx',
  });
  const related = await pack.relationships(pack.main);
  const slides: string[] = [];
  await pack.read(pack.main, {
    open(name, attributes) {
      const target = name === 'sldId' ? related.get(relationshipId(attributes) ?? '')?.target : undefined;
      if (target !== undefined) slides.push(target);
    },
  });
  return {
    // A presentation without slides is one page without text.
    pageCount: Math.max(1, slides.length),
    warnings: [],
    async page(number) {
      const part = slides[number - 1];
      const slide = part === undefined ? { text: '', headings: [] } : await readSlide(pack, part);
      return { number, ...slide, charOffset: 0, place: { kind: 'slide', slide: number } };
    },
    async close() {
      pack.parts.close();
    },
  };
}

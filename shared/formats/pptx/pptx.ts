import type { Format, OpenDocument, ReaderTools } from '#shared/formats/format.ts';

const MB = 1024 * 1024;
const LIMITS = { entries: 20_000, totalBytes: 500 * MB, partBytes: 50 * MB };

/** PowerPoint presentations: a page a slide, hidden ones too, with the speaker's notes and comments. */
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
  // For the words in pictures.
  nativeAddons: true,
  threads: 1,
  open: openPptx,
};

async function openPptx(path: string, tools: ReaderTools): Promise<OpenDocument> {
  const { collectWarnings } = await import('#shared/formats/collect-warnings.ts');
  const { openPackage, relationshipId } = await import('#shared/formats/ooxml/open-package.ts');
  const { createPictureReader } = await import('#shared/formats/ocr/embedded-pictures.ts');
  const { createShownReader } = await import('#shared/formats/ooxml/read-shown.ts');
  const { createFurniture } = await import('./furniture.ts');
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
  const { warnings, warn } = collectWarnings();
  const pictures = createPictureReader(tools, warn);
  const common = createFurniture(pack, warn);
  return {
    // A presentation without slides is one page without text.
    pageCount: Math.max(1, slides.length),
    warnings,
    async page(number) {
      const part = slides[number - 1];
      const place = { kind: 'slide', slide: number } as const;
      if (part === undefined) return { number, text: '', headings: [], charOffset: 0, place };
      const furniture = await common.newOn(part, slides[number - 2]);
      const charts = createShownReader(warn);
      const slide = await readSlide({ pack, pictures, charts, furniture, warn }, part, number);
      return { number, ...slide, charOffset: 0, place };
    },
    async close() {
      pack.parts.close();
      await tools.ocr?.close();
    },
  };
}

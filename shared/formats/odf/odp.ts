import type { ExtractedPage, Format, OpenDocument, ReaderTools } from '#shared/formats/format.ts';
import type { EmbeddedPicture } from '#shared/formats/ocr/embedded-pictures.ts';

/** OpenDocument presentations: a page a slide, with the speaker's notes. */
export const odp: Format = {
  id: 'odp',
  contentTypes: [
    'application/vnd.oasis.opendocument.presentation',
    'application/vnd.oasis.opendocument.presentation-template',
  ],
  extensions: ['odp', 'otp'],
  family: 'odf',
  paged: true,
  // For the words in pictures.
  nativeAddons: true,
  threads: 1,
  open: openOdp,
};

type Told = Pick<ExtractedPage, 'text' | 'headings'>;

async function openOdp(path: string, tools: ReaderTools): Promise<OpenDocument> {
  const { openOdf } = await import('./open-odf.ts');
  const { createOdfText } = await import('./read-text.ts');
  const { findPicture } = await import('./find-picture.ts');
  const { readObjects } = await import('./read-objects.ts');
  const { collectWarnings } = await import('#shared/formats/collect-warnings.ts');
  const { createPictureReader } = await import('#shared/formats/ocr/embedded-pictures.ts');
  const { readFewWords } = await import('#shared/formats/ocr/read-few-words.ts');
  const file = await openOdf(path, 'presentation');
  const slides: { told: Told; pictures: EmbeddedPicture[] }[] = [];
  const { warnings, warn } = collectWarnings();
  let pictures: EmbeddedPicture[] = [];
  const collected = createOdfText({
    objects: await readObjects(file, warn),
    onPicture(reference, cm2) {
      const picture = findPicture(file, reference, cm2, warn);
      if (picture) pictures.push(picture);
    },
  });
  const { events } = collected;
  let slide: Told = { text: '', headings: [] };
  // Elements that are open inside a title's frame.
  let inTitle = 0;
  await file.read('content.xml', {
    open(name, attributes) {
      if (name === 'page') collected.take();
      else if (name === 'notes') slide = collected.take();
      if (inTitle > 0 || (name === 'frame' && attributes['presentation:class'] === 'title')) inTitle++;
      if (inTitle > 0 && name === 'p') events.open?.('h', { 'text:outline-level': '1' });
      else events.open?.(name, attributes);
    },
    text: (piece) => events.text?.(piece),
    close(name) {
      if (inTitle > 0) inTitle--;
      events.close?.(name);
      if (name === 'notes') {
        const notes = collected.take().text;
        if (notes !== '') slide.text = [slide.text, `Notes: ${notes}`].filter((part) => part !== '').join('\n\n');
      } else if (name === 'page') {
        slides.push({ told: slide.text === '' ? collected.take() : slide, pictures });
        pictures = [];
        slide = { text: '', headings: [] };
      }
    },
  });
  const reader = createPictureReader(tools, warn);
  return {
    pageCount: Math.max(1, slides.length),
    warnings,
    async page(number) {
      const slide = slides[number - 1];
      const place = { kind: 'slide', slide: number } as const;
      if (!slide) return { number, text: '', headings: [], charOffset: 0, place };
      const words = await readFewWords(reader, slide.told.text, slide.pictures, number, warn);
      const text = [slide.told.text, ...words].filter((part) => part !== '').join('\n\n');
      return { number, ...slide.told, text, charOffset: 0, place };
    },
    async close() {
      file.close();
      await tools.ocr?.close();
    },
  };
}

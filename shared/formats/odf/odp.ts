import type { ExtractedPage, Format, OpenDocument } from '#shared/formats/format.ts';

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
  open: openOdp,
};

async function openOdp(path: string): Promise<OpenDocument> {
  const { openOdf } = await import('./open-odf.ts');
  const { createOdfText } = await import('./read-text.ts');
  const { openTextParts } = await import('./open-text-parts.ts');
  const file = await openOdf(path, 'presentation');
  const slides: Pick<ExtractedPage, 'text' | 'headings'>[] = [];
  const parts = await openTextParts(file);
  const collected = createOdfText(parts);
  const { events } = collected;
  let slide: Pick<ExtractedPage, 'text' | 'headings'> = { text: '', headings: [] };
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
        slides.push(slide.text === '' ? collected.take() : slide);
        slide = { text: '', headings: [] };
      }
    },
  });
  file.close();
  return {
    pageCount: Math.max(1, slides.length),
    warnings: parts.warnings,
    page: async (number) => ({
      number,
      ...(slides[number - 1] ?? { text: '', headings: [] }),
      charOffset: 0,
      place: { kind: 'slide', slide: number },
    }),
    close: async () => undefined,
  };
}

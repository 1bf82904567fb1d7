import { expect, it } from 'vitest';
import { readBytes } from '#shared/formats/testing/read-bytes.ts';
import { makePptx, type PptxSlide } from '#testing/documents/make-pptx.ts';
import { pptx } from './pptx.ts';

async function textOf(slide: PptxSlide): Promise<string | undefined> {
  const { pages } = await readBytes(pptx, makePptx([slide]));
  return pages[0]?.text;
}
const box = (text: string): string =>
  `<p:sp><p:nvSpPr/><p:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:txBody></p:sp>`;
const frame = (inner: string, description = ''): string =>
  `<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="4" name="Frame" descr="${description}"/></p:nvGraphicFramePr><a:graphic>${inner}</a:graphic></p:graphicFrame>`;

it('reads comments of both forms and the answers to them', async () => {
  const related = [
    {
      id: 'c1',
      type: 'comments',
      target: '../comments/comment1.xml',
      data: '<p:cmLst><p:cm authorId="0"><p:pos x="1" y="2"/><p:text>Replace the photo</p:text></p:cm></p:cmLst>',
    },
    {
      id: 'c2',
      type: 'comments',
      target: '../comments/modern.xml',
      data: '<p188:cmLst><p188:cm><p188:replyLst><p188:reply><p188:txBody><a:p><a:r><a:t>Done</a:t></a:r></a:p></p188:txBody></p188:reply></p188:replyLst><p188:txBody><a:p><a:r><a:t>Which </a:t></a:r><a:r><a:t>buoy?</a:t></a:r></a:p><a:p><a:r><a:t>The red one</a:t></a:r></a:p></p188:txBody></p188:cm></p188:cmLst>',
    },
  ];
  expect(await textOf({ title: 'Herons', notes: 'Slowly.', related })).toBe(
    '# Herons\n\nNotes: Slowly.\n\nComment: Replace the photo\n\nComment: Done\n\nComment: Which buoy? The red one',
  );
});

it('reads groups, charts, diagrams and descriptions where they stand', async () => {
  const related = [
    {
      id: 'r1',
      type: 'chart',
      target: '../charts/chart1.xml',
      data: '<c:chartSpace><c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>Catch</a:t></a:r></a:p></c:rich></c:tx></c:title><c:ser><c:cat><c:pt idx="0"><c:v>Cod</c:v></c:pt></c:cat><c:val><c:pt idx="0"><c:v>3</c:v></c:pt></c:val></c:ser></c:chart></c:chartSpace>',
    },
    {
      id: 'r2',
      type: 'diagramData',
      target: '../diagrams/data1.xml',
      data: '<dgm:dataModel><dgm:pt modelId="1"><a:p><a:r><a:t>Intake</a:t></a:r></a:p></dgm:pt></dgm:dataModel>',
    },
  ];
  const shapesXml =
    `<p:grpSp><p:grpSp>${box('Inner')}</p:grpSp></p:grpSp>${frame('<c:chart r:id="r1"/>', 'A chart of the catch')}${frame('<dgm:relIds r:dm="r2"/>')}` +
    '<p:pic><p:nvPicPr><p:cNvPr id="5" name="Picture 4" descr="A seal"/></p:nvPicPr></p:pic>' +
    box('Last');
  expect(await textOf({ shapesXml, related })).toBe(
    'Inner\n\nA chart of the catch\nCatch\nCod | 3\n\nIntake\n\nA seal\n\nLast',
  );
});

it('reads formulas, and one of several branches', async () => {
  const formula =
    '<a14:m><m:oMath><m:r><m:t>F=</m:t></m:r><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath></a14:m>';
  const branches = (choice: string, fallback: string): string =>
    `<mc:AlternateContent><mc:Choice Requires="a14">${choice}</mc:Choice><mc:Fallback>${fallback}</mc:Fallback></mc:AlternateContent>`;
  const shapesXml =
    branches(`<p:sp><p:txBody><a:p>${formula}</a:p></p:txBody></p:sp>`, box('a picture of it')) +
    branches('<p:contentPart/>', box('Ink'));
  expect(await textOf({ shapesXml })).toBe('F=½\n\nInk');
});

it('tells a footer, and what stands on a layout, on the first slide that shows it', async () => {
  const filled = (placeholder: string, text: string): string =>
    `<p:sp><p:nvSpPr><p:nvPr><p:ph type="${placeholder}"/></p:nvPr></p:nvSpPr><p:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:txBody></p:sp>`;
  const layout = {
    id: 'l1',
    type: 'slideLayout',
    target: '../slideLayouts/slideLayout1.xml',
    data: `<p:sldLayout>${filled('title', 'Click to add')}${box('Confidential')}</p:sldLayout>`,
  };
  const shapesXml = filled('ftr', 'Skerry Bay');
  const slides = [
    { title: 'One', shapesXml, related: [layout] },
    { title: 'Two', shapesXml },
  ];
  const { pages } = await readBytes(pptx, makePptx(slides));
  expect(pages.map(({ text }) => text)).toEqual(['# One\n\nSkerry Bay\n\nConfidential', '# Two']);
});

it('keeps a slide whose chart is damaged or missing', async () => {
  const related = [{ id: 'r1', type: 'chart', target: '../charts/chart1.xml', data: '<c:chartSpace><c:chart>' }];
  const bytes = makePptx([
    { title: 'Tides', shapesXml: frame('<c:chart r:id="r1"/>') + frame('<c:chart r:id="r9"/>'), related },
  ]);
  const { pages, warnings } = await readBytes(pptx, bytes);
  expect(pages[0]?.text).toBe('# Tides');
  expect(warnings).toEqual([expect.stringMatching(/^A chart could not be read/)]);
});

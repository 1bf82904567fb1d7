import { describe, expect, it } from 'vitest';
import { readBytes } from '#shared/formats/testing/read-bytes.ts';
import { FIRST_OBJECT, makePdfPage, pdfLine, pdfStream } from '#testing/documents/make-pdf-page.ts';
import { pdf } from './pdf.ts';

const draw = (text: string): string => `<draw w="90mm" h="9mm"><value><text>${text}</text></value></draw>`;
const field = (name: string, label: string, rest: string, own = ''): string =>
  `<field name="${name}" w="90mm" h="9mm" ${own}>${rest}<caption reserve="30mm"><value><text>${label}</text></value></caption></field>`;
const FIELDS = [
  draw('Application for salvage'),
  field('owner', 'Owner', '<ui><textEdit/></ui>'),
  field('insured', 'Insured', '<ui><checkButton/></ui><items><text>1</text><text>0</text></items>'),
  field(
    'cargo',
    'Cargo',
    '<ui><choiceList/></ui><items><text>Timber</text><text>Herring</text></items><items save="1" presence="hidden"><text>T</text><text>H</text></items>',
  ),
  field('secret', 'Secret', '<ui><textEdit/></ui>', 'presence="hidden"'),
].join('');
const DATA = '<owner>Ragnhild</owner><insured>1</insured><cargo>H</cargo><secret>zzz</secret>';
const READ = 'Application for salvage\nOwner Ragnhild\n[x] Insured\nCargo Herring';

function makeForm(fields: string, data: string, catalog = '/NeedsRendering true'): Buffer {
  const template =
    '<template xmlns="http://www.xfa.org/schema/xfa-template/3.3/"><subform name="form1" layout="tb"><pageSet><pageArea>' +
    '<contentArea x="10mm" y="10mm" w="190mm" h="250mm"/><medium short="8.5in" long="11in"/></pageArea></pageSet>' +
    `${fields}</subform></template>`;
  const datasets = `<xfa:datasets xmlns:xfa="http://www.xfa.org/schema/xfa-data/1.0/"><xfa:data><form1>${data}</form1></xfa:data></xfa:datasets>`;
  const parts = ['<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/">', template, datasets, '</xdp:xdp>'];
  const names = ['xdp:xdp', 'template', 'datasets', '/xdp:xdp'];
  const xfa = names.map((name, index) => `(${name}) ${FIRST_OBJECT + index} 0 R`).join('');
  return makePdfPage({
    content: pdfLine('Please wait... If this message is not eventually replaced', 72, 700),
    catalog: `${catalog}/AcroForm<</Fields[]/XFA[${xfa}]>>`,
    objects: parts.map((part) => pdfStream(part)),
  });
}

async function read(file: Buffer): Promise<{ text: string; warnings: string[] }> {
  const { pages, warnings } = await readBytes(pdf, file);
  return { text: pages.map(({ text }) => text).join('\n\n'), warnings };
}

describe('forms in XFA', () => {
  it('are read with what was filled in, as they are laid out', async () => {
    expect(await read(makeForm(FIELDS, DATA))).toEqual({ text: READ, warnings: [] });
  });

  it('are read from their parts where they do not say that they have to be laid out', async () => {
    expect(await read(makeForm(FIELDS, DATA, ''))).toEqual({ text: READ, warnings: [] });
  });

  it('give what can be read where they are damaged, and say so', async () => {
    const { text, warnings } = await read(makeForm(FIELDS, `${DATA}<open>`));
    expect(text).toBe(READ);
    expect(warnings).toEqual(['The form in the PDF (XFA) is damaged or encrypted and was not fully read.']);
  });

  it('end although they lead to themselves or are nested without end', async () => {
    const loop = '<subform id="loop" use="#loop"><subform use="#loop"/></subform>';
    expect(await read(makeForm(loop + FIELDS, DATA))).toEqual({ text: READ, warnings: [] });
    const deep = '<subform layout="tb">'.repeat(20_000) + '</subform>'.repeat(20_000);
    expect((await read(makeForm(deep + FIELDS, DATA))).text).toBe(READ);
  });
});

import { expect, it } from 'vitest';
import { readBytes } from '#shared/formats/testing/read-bytes.ts';
import { makeDocx, type RelatedPart } from '#testing/documents/make-docx.ts';
import { docx } from './docx.ts';

const run = (text: string): string => `<w:r><w:t xml:space="preserve">${text}</w:t></w:r>`;
const paragraph = (inner: string): string => `<w:p>${inner}</w:p>`;
const mark = (type: string): string => `<w:r><w:fldChar w:fldCharType="${type}"/></w:r>`;
const instruction = (text: string): string => `<w:r><w:instrText>${text}</w:instrText></w:r>`;

async function textOf(bodyXml: string, related: readonly RelatedPart[] = []): Promise<string> {
  const { pages } = await readBytes(docx, makeDocx({ bodyXml, related }));
  return pages.map(({ text }) => text).join('\n\n');
}

it.each([
  'w:hyperlink',
  'w:smartTag',
  'w:customXml',
  'w:ins',
  'w:moveTo',
  'w:bdo',
  'w:dir',
  'w:fldSimple',
  'w:sdt',
  'x:unknown',
])('reads what %s wraps, around runs, paragraphs, rows and cells', async (wrapper) => {
  const wrap = (inner: string): string =>
    wrapper === 'w:sdt'
      ? `<w:sdt><w:sdtPr><w:alias w:val="no"/></w:sdtPr><w:sdtContent>${inner}</w:sdtContent></w:sdt>`
      : `<${wrapper} w:instr="no">${inner}</${wrapper}>`;
  const cell = `<w:tc>${wrap(paragraph(run('cell')))}</w:tc>`;
  const body =
    paragraph(run('one ') + wrap(run('two')) + run(' three')) +
    wrap(paragraph(run('whole'))) +
    `<w:tbl>${wrap(`<w:tr>${wrap(cell)}${cell}</w:tr>`)}</w:tbl>`;
  expect(await textOf(body)).toBe('one two three\n\nwhole\n\ncell | cell');
});

it.each([
  [
    'deleted and moved text',
    `${run('kept')}<w:del>${run('gone')}<w:r><w:delText>gone</w:delText></w:r></w:del><w:moveFrom>${run('gone')}</w:moveFrom>`,
    'kept',
  ],
  [
    'hidden text',
    `${run('seen')}<w:r><w:rPr><w:vanish/></w:rPr><w:t>unseen</w:t></w:r><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>!</w:t></w:r>`,
    'seen!',
  ],
  [
    'the words and not their reading',
    `<w:r><w:ruby><w:rubyPr/><w:rt>${run('とうきょう')}</w:rt><w:rubyBase>${run('東京')}</w:rubyBase></w:ruby></w:r>${run('の')}`,
    '東京の',
  ],
  [
    'breaks between words',
    '<w:r><w:t>a</w:t><w:cr/><w:t>b</w:t><w:tab/><w:t>c</w:t><w:ptab/><w:t>d</w:t><w:br/><w:t>e</w:t></w:r>',
    'a\nb c d\ne',
  ],
  [
    'hyphens of both kinds',
    '<w:r><w:t>AB</w:t><w:noBreakHyphen/><w:t>1 Donau</w:t><w:softHyphen/><w:t>dampfer</w:t></w:r>',
    'AB-1 Donaudampfer',
  ],
  [
    'signs of other fonts',
    '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/><w:sym w:font="Symbol" w:char="F061"/><w:sym w:font="Arial" w:char="00A7"/></w:r><w:r><w:rPr><w:rFonts w:ascii="Symbol"/></w:rPr><w:t>b</w:t></w:r>',
    '✓α§β',
  ],
  [
    'tab stops that only are defined',
    `<w:pPr><w:tabs><w:tab w:val="left" w:pos="1"/></w:tabs></w:pPr>${run('a')}`,
    'a',
  ],
  [
    'the result of a field',
    `${run('a ')}${mark('begin')}${instruction('DATE \\@ "d"')}${mark('separate')}${run('3 May')}${mark('end')}${run(' b')}`,
    'a 3 May b',
  ],
  [
    'no result inside an instruction',
    `${mark('begin')}${instruction('IF ')}${mark('begin')}${instruction('MERGEFIELD x')}${mark('separate')}${run('inner')}${mark('end')}${instruction(' = 1')}${mark('separate')}${run('Yes')}${mark('end')}`,
    'Yes',
  ],
  [
    'text after a field that nobody ended',
    `${mark('begin')}${instruction('PAGE')}</w:p><w:p>${mark('begin')}${instruction('PAGE')}${mark('separate')}${run('seen')}${mark('end')}`,
    'seen',
  ],
  [
    'form fields',
    `<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox></w:ffData></w:fldChar></w:r>${mark('end')}<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="no"/><w:listEntry w:val="Blue"/></w:ddList></w:ffData></w:fldChar></w:r>${mark('end')}`,
    '☒Blue',
  ],
  [
    'words under a reading that a field draws',
    `${mark('begin')}${instruction('EQ \\* jc2 \\* "Font:MS Mincho" \\* hps10 \\o\\ad(\\s\\up 9(とうきょう),東京)')}${mark('end')}${run('の')}`,
    '東京の',
  ],
  [
    'a description of a picture',
    '<w:r><w:drawing><wp:inline><wp:docPr id="1" name="Picture 1" descr="A seal on a rock"/></wp:inline></w:drawing></w:r>',
    'A seal on a rock',
  ],
  [
    'lettering that is drawn',
    '<w:r><w:pict><v:shape alt="Stamp"><v:textpath string="DRAFT"/></v:shape></w:pict></w:r>',
    'Stamp DRAFT',
  ],
  [
    'one branch of two',
    `<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><w:txbxContent>${paragraph(run('Box'))}</w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent>${paragraph(run('Box'))}</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>${run('Around')}`,
    'Around\n\nBox',
  ],
  [
    'the branch that says anything',
    `<w:r><mc:AlternateContent><mc:Choice Requires="zz"><zz:new/></mc:Choice><mc:Fallback><w:t>Old</w:t></mc:Fallback></mc:AlternateContent></w:r>`,
    'Old',
  ],
  [
    'settings as they were before a change',
    `<w:pPr><w:pPrChange><w:pPr><w:pStyle w:val="Heading1"/></w:pPr></w:pPrChange></w:pPr>${run('plain')}`,
    'plain',
  ],
  [
    'paragraphs whose parting was deleted',
    `<w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr>${run('Har')}</w:p><w:p>${run('bour')}`,
    'Harbour',
  ],
])('reads %s', async (_, inner, text) => {
  expect(await textOf(paragraph(inner))).toBe(text);
});

it('reads documents whatever prefixes they use, and strict ones', async () => {
  const main =
    '<ns0:document xmlns:ns0="http://purl.oclc.org/ooxml/wordprocessingml/main"><ns0:body><ns0:p><ns0:pPr><ns0:outlineLvl ns0:val="1"/></ns0:pPr><ns0:r><ns0:t>Tides</ns0:t></ns0:r></ns0:p></ns0:body></ns0:document>';
  const { pages } = await readBytes(docx, makeDocx({ main }));
  expect(pages[0]).toMatchObject({ text: '## Tides', headings: [{ level: 2, title: 'Tides' }] });
});

it('reads tables in tables, cells that go on, deleted rows and numbers without words', async () => {
  const cell = (inner: string, settings = ''): string => `<w:tc><w:tcPr>${settings}</w:tcPr>${inner}</w:tc>`;
  const row = (...cells: string[]): string => `<w:tr>${cells.join('')}</w:tr>`;
  const inner = `<w:tbl>${row(cell(paragraph(run('in'))), cell(paragraph(run('ner'))))}</w:tbl>`;
  const text = await textOf(
    `<w:tbl>${row(cell(paragraph(run('a')), '<w:vMerge w:val="restart"/>'), cell(paragraph(run('b')) + paragraph(run('c'))))}` +
      row(cell(paragraph(''), '<w:vMerge/>'), cell(inner + paragraph(''))) +
      `<w:tr><w:trPr><w:del w:id="1"/></w:trPr>${cell(paragraph(run('gone')))}</w:tr></w:tbl>${paragraph(run('below'))}`,
  );
  expect(text).toBe('a | b c\nin | ner\n\nbelow');
});

it('tells notes and comments below what refers to them', async () => {
  const note = (kind: string, id: string, text: string, more = ''): string =>
    `<w:${kind} w:id="${id}"${more}>${paragraph(run(text))}</w:${kind}>`;
  const refer = (kind: string, id: string): string => `<w:r><w:${kind}Reference w:id="${id}"/></w:r>`;
  const text = await textOf(
    paragraph(run('One') + refer('footnote', '2') + run(' two') + refer('comment', '0')) +
      `<w:tbl><w:tr><w:tc>${paragraph(run('cell') + refer('endnote', '5'))}</w:tc></w:tr></w:tbl>${paragraph(run('Last'))}`,
    [
      {
        id: 'n1',
        type: 'footnotes',
        target: 'footnotes.xml',
        data: `<w:footnotes>${note('footnote', '0', '-', ' w:type="separator"')}${note('footnote', '2', 'First.')}</w:footnotes>`,
      },
      {
        id: 'n2',
        type: 'endnotes',
        target: 'endnotes.xml',
        data: `<w:endnotes>${note('endnote', '5', 'Second.')}</w:endnotes>`,
      },
      {
        id: 'n3',
        type: 'comments',
        target: 'comments.xml',
        data: `<w:comments>${note('comment', '0', 'Really?', ' w:initials="AB"')}</w:comments>`,
      },
    ],
  );
  expect(text).toBe('One[1] two[AB1]\n\n[1] First.\n\n[AB1] Really?\n\ncell[2]\n\n[2] Second.\n\nLast');
});

it('reads headers and footers once, at the end', async () => {
  const header = `<w:hdr><w:sdt><w:sdtContent>${paragraph(run('Skerry Bay'))}</w:sdtContent></w:sdt></w:hdr>`;
  const text = await textOf(paragraph(run('Body')), [
    { id: 'h1', type: 'header', target: 'header1.xml', data: header },
    { id: 'h2', type: 'header', target: 'header2.xml', data: header },
    { id: 'f1', type: 'footer', target: 'footer1.xml', data: `<w:ftr>${paragraph(run('- 7 -'))}</w:ftr>` },
  ]);
  expect(text).toBe('Body\n\nSkerry Bay');
});

it('reads charts, diagrams and documents of other formats at their places', async () => {
  const graphic = (inner: string): string =>
    paragraph(`<w:r><w:drawing><a:graphic>${inner}</a:graphic></w:drawing></w:r>`);
  const chunk = (id: string): string => `<w:altChunk r:id="${id}"/>`;
  const pt = (id: string, text: string): string =>
    `<dgm:pt modelId="${id}"><dgm:t><a:p><a:r><a:t>${text}</a:t></a:r></a:p></dgm:t></dgm:pt>`;
  const values = (role: string, ...all: string[]): string =>
    `<c:${role}><c:strRef><c:f>x</c:f><c:strCache>${all.map((v, i) => `<c:pt idx="${i}"><c:v>${v}</c:v></c:pt>`).join('')}</c:strCache></c:strRef></c:${role}>`;
  const mht =
    'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<h1>=C3=96l</h1><p>From the web</p>\r\n--b--\r\n';
  const text = await textOf(
    paragraph(run('Start')) +
      graphic('<c:chart r:id="c1"/>') +
      graphic('<dgm:relIds r:dm="d1"/>') +
      ['k1', 'k2', 'k3', 'k4', 'k5'].map(chunk).join('') +
      paragraph(run('End')),
    [
      {
        id: 'c1',
        type: 'chart',
        target: 'charts/chart1.xml',
        data:
          `<c:chartSpace><c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>Catch</a:t></a:r></a:p></c:rich></c:tx></c:title><c:plotArea><c:barChart>` +
          `<c:ser>${values('tx', 'Cod')}${values('cat', 'May', 'June')}<c:val><c:numRef><c:numCache><c:formatCode>0%</c:formatCode><c:pt idx="0"><c:v>0.25</c:v></c:pt><c:pt idx="1"><c:v>0.5</c:v></c:pt></c:numCache></c:numRef></c:val></c:ser>` +
          `<c:ser>${values('tx', 'Crab')}${values('cat', 'May', 'June')}${values('val', '3')}</c:ser></c:barChart><c:catAx><c:title><c:tx><c:rich><a:p><a:r><a:t>Month</a:t></a:r></a:p></c:rich></c:tx></c:title></c:catAx></c:plotArea></c:chart></c:chartSpace>`,
      },
      {
        id: 'd1',
        type: 'diagramData',
        target: 'diagrams/data1.xml',
        data:
          `<dgm:dataModel><dgm:ptLst><dgm:pt modelId="0" type="doc"/>${pt('2', 'Second')}${pt('1', 'First')}${pt('3', 'Inner')}<dgm:pt modelId="9" type="pres"/></dgm:ptLst>` +
          '<dgm:cxnLst><dgm:cxn srcId="0" destId="2" srcOrd="1"/><dgm:cxn srcId="0" destId="1" srcOrd="0"/><dgm:cxn srcId="1" destId="3" srcOrd="0"/></dgm:cxnLst></dgm:dataModel>',
      },
      { id: 'k1', type: 'aFChunk', target: 'a.mht', data: mht },
      { id: 'k2', type: 'aFChunk', target: 'b.html', data: '<html><body><p>A page</p></body></html>' },
      { id: 'k3', type: 'aFChunk', target: 'c.rtf', data: String.raw`{\rtf1\ansi Rich text\par}` },
      { id: 'k4', type: 'aFChunk', target: 'd.txt', data: 'Plain text' },
      { id: 'k5', type: 'aFChunk', target: 'e.docx', data: makeDocx({ paragraphs: ['# Another', 'document'] }) },
    ],
  );
  expect(text).toBe(
    'Start\n\nCatch\nMonth\nCod | Crab\nMay | 25% | 3\nJune | 50% |\n\nFirst\n  Inner\nSecond\n\n# Öl\n\nFrom the web\n\nA page\n\nRich text\n\nPlain text\n\n# Another\n\ndocument\n\nEnd',
  );
});

it('says what it cannot read, and reads what stands before a damage', async () => {
  const { pages, warnings } = await readBytes(
    docx,
    makeDocx({
      bodyXml: paragraph(
        `${run('Seen')}<w:r><w:object><o:OLEObject ProgID="Excel.Sheet.12"/></w:object><w:drawing><a:blip r:link="x"/></w:drawing></w:r>`,
      ),
    }),
  );
  expect(pages[0]?.text).toBe('Seen');
  expect(warnings).toEqual([
    expect.stringContaining('(Excel.Sheet.12) was not read'),
    expect.stringContaining('outside the file'),
  ]);
  const broken = await readBytes(
    docx,
    makeDocx({ bodyXml: `${paragraph(run('Before'))}<w:tbl><w:tr><w:tc><w:p>${run('half')}</broken>` }),
  );
  expect(broken.pages[0]?.text).toBe('Before\n\nhalf');
  expect(broken.warnings).toEqual([expect.stringContaining('only be read in part')]);
});

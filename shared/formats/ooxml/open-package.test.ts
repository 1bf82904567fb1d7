import { expect, it } from 'vitest';
import { docx } from '#shared/formats/docx/docx.ts';
import { readBytes } from '#shared/formats/testing/read-bytes.ts';
import { makeZip } from '#testing/documents/make-zip.ts';

const relationship = (type: string, target: string): string =>
  `<Relationships><Relationship Id="r1" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/${type}" Target="${target}"/></Relationships>`;

it('finds parts by names in another case, absolute, and with escapes', async () => {
  const { pages } = await readBytes(
    docx,
    makeZip([
      { name: '[Content_Types].xml', data: '<Types/>' },
      { name: '_rels/.rels', data: relationship('officeDocument', '/Word/Document.xml') },
      { name: 'word/document.xml', data: '<w:document><w:body><w:altChunk r:id="r1"/></w:body></w:document>' },
      { name: 'word/_rels/document.xml.rels', data: relationship('aFChunk', 'my%20pa%C3%A4ge.TXT') },
      { name: 'word/my paäge.txt', data: 'Found' },
    ]),
  );
  expect(pages[0]?.text).toBe('Found');
});

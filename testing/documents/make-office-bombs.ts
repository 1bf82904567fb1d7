import { makeDocx } from './make-docx.ts';

/** Office documents whose parts lie in each other, or are many. */
export const OFFICE_BOMBS = [
  { filename: 'bomb-wrappers.docx', ends: ['READY', 'RESOURCE_LIMIT'], cheap: true, make: deepDocx },
  { filename: 'bomb-documents-in-documents.docx', ends: ['READY'], cheap: true, make: nestedDocx },
  { filename: 'bomb-chart.docx', ends: ['READY', 'RESOURCE_LIMIT'], cheap: true, make: chartDocx },
  { filename: 'bomb-diagram.docx', ends: ['READY', 'RESOURCE_LIMIT'], cheap: true, make: diagramDocx },
];

/** Content controls, alternatives, fields, tables and formulas in each other, a hundred thousand of each. */
function deepDocx(): Buffer {
  const deep = 100_000;
  const nest = (open: string, inner: string, close: string): string => open.repeat(deep) + inner + close.repeat(deep);
  const run = '<w:r><w:t>x</w:t></w:r>';
  const paragraph = `<w:p>${run}</w:p>`;
  return makeDocx({
    bodyXml: [
      nest('<w:sdt><w:sdtContent>', paragraph, '</w:sdtContent></w:sdt>'),
      nest('<mc:AlternateContent><mc:Choice>', paragraph, '</mc:Choice></mc:AlternateContent>'),
      nest('<w:tbl><w:tr><w:tc>', paragraph, '</w:tc></w:tr></w:tbl>'),
      nest('<w:p><w:r><w:txbxContent>', paragraph, '</w:txbxContent></w:r></w:p>'),
      `<w:p>${'<w:r><w:fldChar w:fldCharType="begin"/></w:r>'.repeat(deep)}${run}</w:p>`,
      `<w:p><m:oMath>${nest('<m:f><m:num>', '<m:r><m:t>x</m:t></m:r>', '</m:num></m:f>')}</m:oMath></w:p>`,
    ].join(''),
  });
}

/** Documents that hold each other, eight deep, each twice; the innermost names itself. */
function nestedDocx(): Buffer {
  const chunk = (id: string): string => `<w:altChunk r:id="${id}"/>`;
  let inner = makeDocx({
    bodyXml: chunk('self'),
    related: [{ id: 'self', type: 'aFChunk', target: './document.xml', data: '' }],
  });
  for (let level = 8; level > 0; level--) {
    const related = ['a', 'b'].map((id) => ({ id, type: 'aFChunk', target: `${id}.docx`, data: inner }));
    inner = makeDocx({ bodyXml: `<w:p><w:r><w:t>Level ${level}</w:t></w:r></w:p>${chunk('a')}${chunk('b')}`, related });
  }
  return inner;
}

/** A chart of half a million series with a value each, shown a thousand times. */
function chartDocx(): Buffer {
  const series = Array.from(
    { length: 500_000 },
    (_, at) => `<c:ser><c:val><c:pt idx="${at}"><c:v>1</c:v></c:pt></c:val></c:ser>`,
  );
  const data = `<c:chartSpace>${series.join('')}</c:chartSpace>`;
  return makeDocx({
    bodyXml: '<w:p><w:r><c:chart r:id="c"/></w:r></w:p>'.repeat(1_000),
    related: [{ id: 'c', type: 'chart', target: 'charts/chart1.xml', data }],
  });
}

/** A diagram of many shapes, each below the next and the last below the first. */
function diagramDocx(): Buffer {
  const shapes = 200_000;
  const points = Array.from({ length: shapes }, (_, at) => `<dgm:pt modelId="${at}"><a:p><a:t>x</a:t></a:p></dgm:pt>`);
  const lines = Array.from({ length: shapes }, (_, at) => `<dgm:cxn srcId="${at}" destId="${(at + 1) % shapes}"/>`);
  const data = `<dgm:dataModel><dgm:ptLst>${points.join('')}</dgm:ptLst><dgm:cxnLst>${lines.join('')}</dgm:cxnLst></dgm:dataModel>`;
  return makeDocx({
    bodyXml: '<w:p><w:r><dgm:relIds r:dm="d"/></w:r></w:p>',
    related: [{ id: 'd', type: 'diagramData', target: 'diagrams/data1.xml', data }],
  });
}

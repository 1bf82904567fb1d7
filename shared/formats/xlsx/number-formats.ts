import type { OfficePackage } from '../ooxml/open-package.ts';
import { GENERAL, type NumberFormat, numberFormat } from '../sheet/show-number.ts';

/** The codes of the formats that files name by a number alone (ECMA-376, 18.8.30), as in the United States. */
const BUILT_IN: Readonly<Record<number, string>> = {
  1: '0',
  2: '0.00',
  3: '#,##0',
  4: '#,##0.00',
  5: '"$"#,##0_);("$"#,##0)',
  6: '"$"#,##0_);[Red]("$"#,##0)',
  7: '"$"#,##0.00_);("$"#,##0.00)',
  8: '"$"#,##0.00_);[Red]("$"#,##0.00)',
  9: '0%',
  10: '0.00%',
  11: '0.00E+00',
  12: '# ?/?',
  13: '# ??/??',
  18: 'h:mm AM/PM',
  19: 'h:mm:ss AM/PM',
  20: 'h:mm',
  21: 'h:mm:ss',
  37: '#,##0_);(#,##0)',
  38: '#,##0_);[Red](#,##0)',
  39: '#,##0.00_);(#,##0.00)',
  40: '#,##0.00_);[Red](#,##0.00)',
  41: '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)',
  42: '_("$"* #,##0_);_("$"* (#,##0);_("$"* "-"_);_(@_)',
  43: '_(* #,##0.00_);_(* (#,##0.00);_(* "-"??_);_(@_)',
  44: '_("$"* #,##0.00_);_("$"* (#,##0.00);_("$"* "-"??_);_(@_)',
  45: 'mm:ss',
  46: '[h]:mm:ss',
  47: 'mm:ss.0',
  48: '##0.0E+0',
  49: '@',
};
/** In the country of whoever looks, these four are written in another order, and those from 27 on are dates. */
const DATES: Readonly<Record<number, string>> = {
  14: 'm/d/yyyy',
  15: 'd-mmm-yy',
  16: 'd-mmm',
  17: 'mmm-yy',
  22: 'm/d/yyyy h:mm',
};

function builtIn(id: number): NumberFormat {
  const isForeignDate = (id >= 27 && id <= 36) || (id >= 50 && id <= 58);
  const date = DATES[id] ?? (isForeignDate ? 'yyyy-mm-dd' : undefined);
  if (date !== undefined) return numberFormat(date, true);
  const code = BUILT_IN[id];
  // Currencies of the United States are those of another country elsewhere.
  if (code?.includes('"$"')) return numberFormat(code.replaceAll('"$"', ''));
  return code === undefined ? GENERAL : numberFormat(code);
}

/**
 * How numbers are shown by cell style, as the index `s` of a cell names it.
 * @throws AppError as readXml
 */
export async function readNumberFormats(pack: OfficePackage, part: string | undefined): Promise<NumberFormat[]> {
  const styles: NumberFormat[] = [];
  if (part === undefined || !pack.parts.names.has(part)) return styles;
  const known = new Map<number, NumberFormat>();
  let inCellStyles = false;
  await pack.read(part, {
    open(name, attributes) {
      const id = Number(attributes.numFmtId);
      if (name === 'cellXfs') inCellStyles = true;
      else if (name === 'numFmt') known.set(id, numberFormat(attributes.formatCode ?? ''));
      else if (name === 'xf' && inCellStyles) {
        const format = known.get(id) ?? builtIn(id);
        known.set(id, format);
        styles.push(format);
      }
    },
    close(name) {
      if (name === 'cellXfs') inCellStyles = false;
    },
  });
  return styles;
}

import iconv from 'iconv-lite';
import { expect, it } from 'vitest';
import { guessNameEncoding } from './name-encoding.ts';

const ENCODINGS: readonly [string, boolean, readonly string[]][] = [
  ['cp932', true, ['会議録.txt']],
  ['cp932', true, ['新しいフォルダー/見積書（最終）.xlsx', 'ソース/表示.txt']],
  ['cp932', true, ['テスト.txt']],
  ['cp932', false, ['資料/東京都庁 報告書 第2版.pdf']],
  ['cp936', true, ['报告.docx']],
  ['cp936', true, ['新建文件夹/会议纪要.txt', '合同（最终版）.pdf']],
  ['cp936', true, ['中文.txt']],
  ['cp949', true, ['보고서.hwp']],
  ['cp949', true, ['새 폴더/회의록 최종.txt', '계약서.pdf']],
  ['cp950', true, ['報告書.docx', '會議記錄/資料.txt']],
  ['cp866', true, ['Договор аренды.docx']],
  ['cp866', true, ['Отчёт/Новая папка/СЧЁТ.txt']],
  ['win1251', false, ['Договор аренды.docx', 'ОТЧЁТ.txt']],
  ['win1251', true, ['Новый документ.txt']],
  ['cp437', true, ['Übersicht für Größe.txt']],
  ['cp437', true, ['Äpfel.txt']],
  ['cp437', true, ['caf\u00e9 cr\u00e8me.txt']],
  ['cp850', true, ['São João — não.txt'.replace(' — ', ' ')]],
  ['win1252', false, ['Übersicht für Größe.txt', 'Ärger – “so”.txt']],
  ['win1252', false, ['déjà vu.txt']],
  ['cp852', true, ['Příloha č. 3 žlutý kůň.pdf']],
  ['win1250', false, ['Příloha č. 3 žlutý kůň.pdf']],
  ['win1253', false, ['Αναφορά έργου.txt']],
  ['cp737', true, ['Αναφορά έργου.txt']],
  ['cp874', true, ['รายงานการประชุม.txt']],
];

it.each(ENCODINGS)('%s (made on DOS: %s): %j', (encoding, onDos, names) => {
  const raw = names.map((name) => iconv.encode(name, encoding));
  const guess = guessNameEncoding(raw, onDos);
  expect(raw.map((name) => iconv.decode(name, guess))).toEqual(names);
});

it('takes no longer for many and long names', () => {
  const started = performance.now();
  guessNameEncoding(Array(100_000).fill(iconv.encode('会議録', 'cp932')), true);
  guessNameEncoding([Buffer.alloc(65_000, 0xe9)], true);
  expect(performance.now() - started).toBeLessThan(3_000);
});

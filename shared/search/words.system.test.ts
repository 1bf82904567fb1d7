import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SearchRequest, searchBody } from '#shared/api/search.ts';
import { asUser } from '#shared/db/as-user.ts';
import { renameFile } from '#shared/db/files-repository.ts';
import { detectLanguage } from '#shared/text/detect-language.ts';
import { publishFile } from '#testing/published-file.ts';
import { insertTestUser } from '#testing/stored-file.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { search } from './search.ts';

/** What each text is found by, before all others. */
const FOUND: [text: string, queries: string[]][] = [
  ['Invoice INV-2024-001 was issued for rope.', ['INV2024001', 'inv 2024 001', 'INV-2024-001', 'inv2024-001']],
  ['Invoice INV-2024-002 was issued for paint.', ['INV2024002']],
  ['The credit note CN20231145 was never sent.', ['CN-2023-1145', 'cn 2023 1145']],
  ['Pay to GB29 NWBK 6016 1331 9268 19 before noon.', ['GB29NWBK60161331926819', 'gb29 nwbk 6016 1331 9268 19']],
  ['Pay to DE89370400440532013000 after noon.', ['DE89 3704 0044 0532 0130 00']],
  [
    'Call the slipway at +47 55 12 34 56 or (055) 998-7766.',
    ['+4755123456', '55123456', '0559987766', '0047 55 12 34 56'],
  ],
  ['Spare gasket, part number 4711/08-15.B, fits.', ['4711-08-15-B', '47110815B', '4711 08 15 B']],
  ['Revenue of FY2018 fell.', ['FY 2018', 'fy 2018']],
  ['Costs of FY 2019 rose.', ['FY2019', 'fy2019']],
  ['Write an e‑mail to the clerk.', ['email', 'e-mail', 'E-Mail']],
  ['Upgrade to v2.10.3-rc1 soon.', ['2.10.3', 'v2.10.3']],
  ['Downgrade to v2.9.12 soon.', ['2.9.12']],
  ['The total is 9.876,54 Euro.', ['9876.54']],
  ['The sum is 1,234.56 dollars.', ['1234.56']],
  ['Run user_account_service now.', ['userAccountService']],
  ['The crew voted with 🦭 for the mascot.', ['🦭']],
  ['The family 👨‍👩‍👧 likes 👍🏽 and ❤️.', ['👩', '👍', '❤']],
  ['Herr Müller aus Köln, Frau Groß.', ['Mueller', 'muller', 'Koeln', 'gross']],
  ['Frau Schroeder fuhr zur Messe nach Duesseldorf und kaufte dort neue Waren.', ['Schröder', 'Düsseldorf']],
  ['Bjørn left Århus by ferry.', ['Bjoern', 'bjorn', 'Aarhus', 'arhus']],
  [
    'Iğdır ve Şırnak arasındaki ışık hattı onarıldı, Diyarbakır istasyonu kapalı.',
    ['ığdır', 'IĞDIR', 'igdir', 'sirnak', 'diyarbakir'],
  ],
  ['Договоры подписаны моряками.', ['договор', 'моряк']],
  ['Το λιμάνι της Θεσσαλονίκης έκλεισε.', ['λιμανι', 'λιμάνια', 'Θεσσαλονίκη']],
  ['تُغلق المكتبة يوم الاثنين. يرجى تجديد البطاقة', ['بطاقة', 'البطاقة', 'مكتبة', 'بالمكتبة']],
  ['הספרייה סגורה ביום שני. נא לחדש את הכרטיס.', ['כרטיס', 'ספרייה', 'לספרייה']],
  ['도서관은 월요일에 휴관합니다. 이용자 카드를 갱신하십시오.', ['도서관', '월요일', '카드']],
  ['本公司的年度财务报表由独立审计师审核', ['財務報表', '財務', '審計師']],
  ['臺北市立圖書館週一閉館', ['图书馆', '圖書館']],
  [
    'Die Donaudampfschifffahrtsgesellschaft erneuert ihre Krankenversicherungskarte.',
    ['Dampfschifffahrt', 'Krankenversicherung', 'Donaudampfschifffahrt'],
  ],
  ['Die Kühlwasserpumpe im Keller wird von der Werkstatt gewartet.', ['Pumpe', 'Kühlwasser', 'Wasserpumpe']],
  ['The har\u00adbour mas\u00adter re\u200bported on the weat\u2060her\ufeff.', ['harbour master', 'weather']],
  ['نمی\u200cخواهم به خانه بروم', ['نمیخواهم', 'خواهم']],
  ['The captain stole and wrote a letter.', ['steals', 'writing letters']],
];

let container: TestContainer;
let userId: string;
beforeAll(async () => {
  container = await newTestContainer();
  userId = await insertTestUser(container.everyone);
  for (const [text] of FOUND) await publishFile(container, userId, [text], detectLanguage(text));
});
afterAll(() => container.close());

const ask = (query: string, more: Partial<SearchRequest> = {}) =>
  search(container, userId, searchBody.parse({ query, mode: 'keyword', ...more }));

describe('words are found however they are written', () => {
  it.each(FOUND.flatMap(([text, queries]) => queries.map((query) => [query, text])))('%s', async (query, text) => {
    const { results } = await ask(query);
    expect(results[0]?.text).toBe(text);
    expect(results[0]?.highlights.length, 'marked').toBeGreaterThan(0);
  });

  it('marks them where they stand in the text as it is', async () => {
    const marked = async (query: string) => {
      const { text = '', highlights = [] } = (await ask(query)).results[0] ?? {};
      return highlights.map(({ start, end }) => text.slice(start, end));
    };
    expect(await marked('harbour master')).toEqual(['har\u00adbour', 'mas\u00adter']);
    expect(await marked('DE89370400440532013000')).toEqual(['DE89370400440532013000']);
    expect(await marked('4755123456')).toEqual(['47 55 12 34 56']);
    expect(await marked('Dampfschifffahrt')).toEqual(['Donaudampfschifffahrt']);
  });
});

describe('a word that is not ended', () => {
  it('is a beginning where no passage holds it', async () => {
    expect((await ask('harb')).results[0]?.text).toBe(FOUND.at(-3)?.[0]);
    expect((await ask('mascot xyzzy')).results[0]?.text).toContain('mascot');
    expect((await ask('xyzzy')).results).toEqual([]);
  });

  it('may be one with `prefix`, even where passages hold it', async () => {
    const texts = async (more: Partial<SearchRequest>) => (await ask('re', more)).results.map(({ text }) => text);
    expect(await texts({ prefix: false })).toEqual([]);
    const pay = (await ask('credit no', { prefix: true })).results[0];
    expect(pay?.text).toContain('credit note');
    expect(
      (await ask('INV-2024-00', { prefix: true })).results
        .map(({ text }) => text)
        .slice(0, 2)
        .sort(),
    ).toEqual([FOUND[0]?.[0], FOUND[1]?.[0]]);
    const { text = '', highlights = [] } = (await ask('the masc', { prefix: true })).results[0] ?? {};
    expect(highlights.map(({ start, end }) => text.slice(start, end))).toContain('mascot');
  });
});

describe('a name', () => {
  it('is what it is now: a new one finds the file, the old one nothing', async () => {
    const person = await insertTestUser(container.everyone);
    const { fileId } = await publishFile(container, person, ['Nine hundred crowns.']);
    const found = async (query: string) =>
      (await search(container, person, searchBody.parse({ query, mode: 'keyword' }))).results.map(
        (each) => each.fileId,
      );
    const rename = (name: string) => asUser(container.db, person, (trx) => renameFile(trx, person, fileId, name));
    await rename('Fischereiordnung_2019.txt');
    expect(await found('fischereiordnung')).toEqual([fileId]);
    expect(await found('ordnung 2019')).toEqual([fileId]);
    await rename('Hafenordnung.txt');
    expect(await found('fischereiordnung')).toEqual([]);
    expect(await found('hafenordnung')).toEqual([fileId]);
  });
});

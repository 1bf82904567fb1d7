import { beforeAll, describe, expect, it } from 'vitest';
import type { FileView } from '#shared/api/files.ts';
import { newPerson, type Person, untilSettled, uploadBytes } from '#testing/person.ts';

/** Each with a word that stands in the middle of its second sentence. */
const NOTES = {
  ar: {
    text: 'أُغلقت المحطة في الشتاء بسبب العواصف. فحص المهندسون المضخّة الكبيرة في القبو كل أسبوع وكتبوا النتائج في السجل. ثم عادوا إلى المدينة.',
  },
  he: {
    text: 'התחנה נסגרה בחורף בגלל הסערות. המהנדסים בדקו את המַשְׁאֵבָה הגדולה במרתף בכל שבוע ורשמו את התוצאות ביומן. אחר כך חזרו לעיר.',
  },
  zh: { text: '由于暴风雨，车站在冬天关闭了。工程师每周检查地下室的大型水泵并把结果写进日志。然后他们回到了城里。' },
  ja: {
    text: '嵐のため、観測所は冬の間閉鎖された。技術者は毎週地下室の大きなポンプを点検し、その結果を日誌に記録した。その後、彼らは町に戻った。',
  },
  th: {
    text: 'สถานีปิดในฤดูหนาวเพราะพายุ วิศวกรตรวจสอบเครื่องสูบน้ำขนาดใหญ่ในห้องใต้ดินทุกสัปดาห์และจดผลลงในสมุดบันทึก จากนั้นพวกเขากลับเข้าเมือง',
  },
  de: {
    text: 'Die Station war im Winter wegen der Stürme geschlossen. Die Techniker haben die Kühlwasserpumpen im Keller jede Woche geprüft und den Wartungsvertrag verlängert. Danach fuhren sie zurück in die Stadt.',
  },
  en: {
    text: 'The station was closed in winter because of the storms. The engineers checked the large pump in the cellar every week.',
  },
} as const;
type Language = keyof typeof NOTES;

let person: Person;
const files = new Map<string, FileView>();

beforeAll(async () => {
  person = await newPerson();
  await Promise.all(
    Object.entries(NOTES).map(async ([language, { text }]) => {
      const { id } = await uploadBytes(person, `note-${language}.txt`, text);
      files.set(language, await untilSettled(person, id));
    }),
  );
});

describe('each language', () => {
  it.each(Object.keys(NOTES) as Language[])('%s is told, of the file and of what is found in it', async (language) => {
    const file = files.get(language);
    expect(file).toMatchObject({ status: 'READY', language });
    const { results } = await person.search({ query: NOTES[language].text, filters: { fileIds: [file?.id ?? ''] } });
    expect(results[0]).toMatchObject({ fileId: file?.id, language, text: NOTES[language].text });
  });
});

describe('a word in the middle of a sentence', () => {
  it.each<[Language, string, string[]]>([
    ['ar', 'مضخة', ['المضخّة']],
    ['he', 'המשאבה', ['המַשְׁאֵבָה']],
    ['zh', '水泵', ['水泵']],
    ['ja', 'ポンプ', ['ポンプ']],
    ['th', 'เครื่องสูบน้ำ', ['เครื่อง', 'สูบ', 'น้ำ']],
    ['de', 'Vertrag', ['vertrag']],
    ['de', 'kuhlwasserpumpe', ['Kühlwasserpumpen']],
    ['en', 'pumps', ['pump']],
  ])('is found in %s: %s', async (language, query, marked) => {
    const { results } = await person.search({ query, mode: 'keyword' });
    const [first] = results;
    expect(first).toMatchObject({ fileId: files.get(language)?.id, language, text: NOTES[language].text });
    expect(Object.keys(first?.legs ?? {}).sort()).toEqual(['bm25', 'sparse']);
    expect(first?.highlights.map(({ start, end }) => first.text.slice(start, end))).toEqual(marked);
  });
});

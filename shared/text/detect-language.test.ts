import { expect, it } from 'vitest';
import { detectLanguage } from './detect-language.ts';

it.each([
  ['en', 'The pump on the roof is inspected every month.'],
  ['de', 'Die Pumpe auf dem Dach wird jeden Monat geprüft.'],
  ['fr', 'La pompe sur le toit est contrôlée chaque mois.'],
  ['es', 'La bomba del tejado se revisa todos los meses.'],
  ['ru', 'Насос на крыше проверяют каждый месяц, а результаты записывают в журнал.'],
  ['ar', 'تُفحص المضخة الموجودة على السطح كل شهر.'],
  ['he', 'המשאבה שעל הגג נבדקת בכל חודש.'],
  ['fa', 'پمپ روی بام هر ماه بازرسی می‌شود.'],
  ['zh', '屋顶的水泵每个月检查一次。'],
  ['ja', '屋上のポンプは毎月点検されます。'],
  ['ko', '옥상 펌프는 매달 점검합니다.'],
  ['th', 'ปั๊มบนดาดฟ้าได้รับการตรวจทุกเดือน'],
  [
    'hi',
    'छत पर लगे पंप की हर महीने जाँच होती है। उसका परिणाम रजिस्टर में लिखा जाता है ताकि अगले साल भी सब लोग उसे पढ़ सकें और समझ सकें।',
  ],
  ['el', 'Η αντλία στην ταράτσα ελέγχεται κάθε μήνα.'],
  ['he', 'שלום עולם'],
  ['th', 'ข้าวผัด Thai AB-17'],
  ['ja', '2024年に東京で点検されました。'],
])('tells %s: %s', (language, text) => {
  expect(detectLanguage(text)).toBe(language);
});

it.each([
  '',
  '  \n',
  'OK',
  'pump',
  '12 345.67',
  'INC-2024-001 AB-17 | 99.5',
  '北京',
  '🍮🍮🍮 — …',
  '\ud800',
  'https://example.com/a/b?c=d ann@example.org',
  'Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor',
])('tells nothing of %j', (text) => {
  expect(detectLanguage(text)).toBeNull();
});

it('reads no more than it needs of a long text', () => {
  expect(detectLanguage(`${'Die Pumpe auf dem Dach. '.repeat(200_000)}`)).toBe('de');
});

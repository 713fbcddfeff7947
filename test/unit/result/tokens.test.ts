import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { expect, test } from 'vitest';
import { estimateTokens } from '../../../src/result/tokens.ts';

const rows = Array.from({ length: 20 }, (_, id) => ({
  id: id + 1,
  title: `The harbour opens again, part ${id + 1}`,
  status: id % 2 ? 'published' : 'draft',
  date_published: `2026-0${(id % 9) + 1}-14T08:30:00.000Z`,
  author: { name: 'Mara Lindholm', email: 'mara@example.com' },
  rating: id * 1.25,
}));

const SAMPLES: Record<string, string> = {
  'JSON of rows': JSON.stringify(rows),
  'JSON of a table': JSON.stringify({
    columns: ['id', 'title', 'views', 'ok'],
    rows: rows.map(({ id, title }) => [id, title, id * 137, true]),
  }),
  'JSON of numbers': JSON.stringify(rows.map(({ id }) => [id, id * 1.618, id * 100_003])),
  'JSON, indented': JSON.stringify(rows, null, 2),
  prose:
    'The council met on Tuesday evening to decide whether the old harbour should be opened to ferries again. ' +
    'After three hours of debate, and to the surprise of many, the motion passed by a single vote.',
  HTML:
    '<h2>Opening hours</h2><p>We are open <strong>every day</strong> from <em>nine</em> to five.</p>' +
    '<ul><li><a href="https://example.com/tickets">Tickets</a></li><li>Groups of ten or more</li></ul>' +
    '<img src="/assets/3f1c1d1e.jpg" alt="The harbour at dusk" width="800" height="600" />',
  code:
    'export async function readRows(context: Context, target: Target): Promise<Reply> {\n' +
    '  const limit = query.limit ?? context.settings.limits.rows;\n' +
    '  if (limit > 0 && !keys) {\n    return { data: found.slice(0, limit), more: found.length > limit };\n  }\n}\n',
  ids: Array.from({ length: 12 }, (_, i) =>
    `3f1c${i}d1e-8a2b-4c${i}d-9e0f-1a2b3c4d5e${(i + 16).toString(16)}`.toLowerCase(),
  ).join(','),
  base64: Buffer.from(Array.from({ length: 300 }, (_, i) => (i * 73 + 41 * (i % 7)) % 256)).toString(
    'base64',
  ),
  addresses: 'https://cms.example.com/admin/content/articles/42?bookmark=7&filter=status#top '.repeat(5),
  markdown:
    '# Title\n\n- **One** thing\n- Another `thing`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> A quote.\n',
  'upper case': 'BREAKING NEWS: THE HARBOUR IS OPEN AGAIN AFTER ELEVEN YEARS OF WORK, SAYS THE MAYOR',
  German:
    'Der Stadtrat beschloss am Dienstagabend nach dreistündiger Debatte überraschend, den alten Hafen wieder für ' +
    'Fähren zu öffnen. Die Geschäftsführerin begrüßte die Entscheidung ausdrücklich.',
  French:
    'Le conseil a décidé mardi soir, après un débat animé, de rouvrir le vieux port aux ferries à l’été prochain.',
  Russian:
    'Городской совет во вторник вечером после трёхчасовых дебатов неожиданно решил снова открыть старую гавань для паромов.',
  Arabic:
    'قرر مجلس المدينة مساء الثلاثاء بعد نقاش دام ثلاث ساعات إعادة فتح الميناء القديم أمام العبّارات في الصيف المقبل.',
  Chinese:
    '市议会周二晚间经过三个小时的辩论后,出人意料地决定重新开放旧港口供渡轮使用。市长表示这是一个历史性的决定。',
  Japanese:
    '市議会は火曜日の夜、三時間の議論の末、古い港をフェリーのために再び開くことを決定しました。市長は歓迎しています。',
  Korean: '시의회는 화요일 저녁 세 시간의 토론 끝에 오래된 항구를 여객선에 다시 개방하기로 결정했습니다.',
  Hebrew: 'מועצת העיר החליטה ביום שלישי בערב לפתוח מחדש את הנמל הישן למעבורות',
  Hindi: 'नगर परिषद ने मंगलवार शाम को पुराने बंदरगाह को फिर से खोलने का निर्णय लिया',
  Thai: 'สภาเมืองตัดสินใจเปิดท่าเรือเก่าอีกครั้งในเย็นวันอังคาร',
  Amharic: 'የከተማው ምክር ቤት ማክሰኞ ምሽት',
  Lao: 'ສະພາເມືອງໄດ້ຕັດສິນໃຈເປີດທ່າເຮືອເກົ່າຄືນໃໝ່',
  emoji: '🚢⚓️🌊🎉👍🏽👨‍👩‍👧🔥✨😀🙏🚀❤️'.repeat(4),
};

test.each(Object.entries(SAMPLES))(
  'the estimate of %s is within 0.7 and 1.6 of the true count',
  (_kind, text) => {
    const ratio = estimateTokens(text) / countTokens(text);
    expect(ratio).toBeGreaterThanOrEqual(0.7);
    expect(ratio).toBeLessThanOrEqual(1.6);
  },
);

test('nothing costs nothing, and a very long text is weighed too', () => {
  expect(estimateTokens('')).toBe(0);
  expect(estimateTokens('a long text '.repeat(500_000))).toBeGreaterThan(1_000_000);
});

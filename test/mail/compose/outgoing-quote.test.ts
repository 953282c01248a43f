import { cutQuote } from '../../../mail/quote';
import { outgoingQuote } from '../../../mail/quoting/outgoing-quote';

const older = { author: 'Ann Lee', at: new Date('2026-03-01T09:00:00Z'), text: 'Which order is it?' };
const newer = { author: 'Mia Wong', at: new Date('2026-03-02T10:30:00Z'), text: 'Order 17.\n\nMia' };

test('an answer quotes who wrote what when, in the time of the channel', () => {
  expect(outgoingQuote([newer], 'Asia/Tokyo')).toEqual({
    text: 'On 2 Mar 2026, 19:30, Mia Wong wrote:\n> Order 17.\n>\n> Mia',
    html: expect.stringMatching(
      /^<div>On 2 Mar 2026, 19:30, Mia Wong wrote:<\/div>\n<blockquote type="cite"[^>]*>Order 17\.<br><br>Mia<\/blockquote>$/,
    ),
  });
});

test('a thread stands newest first, each older mail inside of the newer', () => {
  const quote = outgoingQuote([newer, older], 'UTC');
  expect(quote?.text.split('\n')).toEqual([
    'On 2 Mar 2026, 10:30, Mia Wong wrote:',
    '> Order 17.',
    '>',
    '> Mia',
    '>',
    '> On 1 Mar 2026, 09:00, Ann Lee wrote:',
    '>> Which order is it?',
  ]);
  expect(quote?.html.match(/<blockquote/g)).toHaveLength(2);
  expect(quote?.html.endsWith('</blockquote></blockquote>')).toBe(true);
});

test('nothing is quoted where nobody wrote a word, and what is too long is left out', () => {
  expect(outgoingQuote([], 'UTC')).toBeNull();
  expect(outgoingQuote([{ ...newer, text: ' \n' }], 'UTC')).toBeNull();
  const long = { ...older, text: 'x'.repeat(100_000) };
  expect(outgoingQuote([newer, long], 'UTC')).toEqual(outgoingQuote([newer], 'UTC'));
});

test('words and names of others are words in the HTML, and never break the line that introduces them', () => {
  const evil = { ...newer, author: 'Mia <mia@x.test>:\nBcc: eve', text: '<script>alert(1)</script> & more' };
  const quote = outgoingQuote([evil], 'UTC');
  expect(quote?.html).not.toContain('<script');
  expect(quote?.html).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; more');
  expect(quote?.text.split('\n')[0]).toBe('On 2 Mar 2026, 10:30, Mia mia@x.test Bcc eve wrote:');
});

test('our own cut finds where it begins, in the text and in the HTML', () => {
  const quote = outgoingQuote([newer, older], 'UTC');
  const text = `It has left.\n\n-- \nSupport\n\n${quote?.text}`;
  expect(cutQuote({ subject: 'Re: Order 17', text, html: null }).newText).toBe('It has left.\n\n-- \nSupport');
  const html = `<p>It has left.</p>\n<br>\n${quote?.html}`;
  expect(cutQuote({ subject: 'Re: Order 17', text: 'It has left. On … Order 17.', html }).newText).toBe('It has left.');
});

test.each([
  ['cs', /^Dne .* Mia Wong napsal\(a\):$/],
  ['da', /^Den .* skrev Mia Wong:$/],
  ['de', /^Am 02\.03\.2026.* schrieb Mia Wong:$/],
  ['es', /^El .*, Mia Wong escribió:$/],
  ['fi', /^Mia Wong kirjoitti .*:$/],
  ['fr', /^Le 2 mars 2026.*, Mia Wong a écrit :$/],
  ['it', /^Il .*, Mia Wong ha scritto:$/],
  ['nl', /^Op .* schreef Mia Wong:$/],
  ['no', /^Den .* skrev Mia Wong:$/],
  ['pl', /^W dniu .* Mia Wong napisał\(a\):$/],
  ['pt', /^Em .*, Mia Wong escreveu:$/],
  ['ru', /^2 мар.*, Mia Wong пишет:$/],
  ['sv', /^Den .* skrev Mia Wong:$/],
  ['tr', /^Mia Wong, .* tarihinde şunu yazdı:$/],
  ['ja', /^2026.* Mia Wong:$/],
  ['ko', /^2026년 3월 2일.*, Mia Wong님이 작성:$/],
  ['zh', /^Mia Wong 于2026年3月2日.*写道：$/],
  ['', /^On 2 Mar 2026, 10:30, Mia Wong wrote:$/],
  ['constructor', /^On 2 Mar 2026, 10:30, Mia Wong wrote:$/],
])('in the language %j a quote begins with its own words, and our own cut finds them', (language, introduction) => {
  const quote = outgoingQuote([newer, older], 'UTC', language);
  expect(quote?.text.split('\n')[0]).toMatch(introduction);
  const text = `It has left.\n\n${quote?.text}`;
  expect(cutQuote({ subject: 'Re: Order 17', text, html: null }).newText).toBe('It has left.');
  const html = `<p>It has left.</p>\n<br>\n${quote?.html}`;
  expect(cutQuote({ subject: 'Re: Order 17', text: 'It has left. … Order 17.', html }).newText).toBe('It has left.');
});

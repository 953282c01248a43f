import { termsOf, tokensOf } from '../store/search/fold';

test.each([
  ['case and accents', 'Größe ÅNGSTRÖM Café', ['grosse', 'angstrom', 'cafe']],
  ['an address', 'Mia.Wong@customers.example', ['mia', 'wong', 'customers', 'example']],
  ['a Message-ID', '<abc-1@x.test>', ['abc', '1', 'x', 'test']],
  ['Chinese, a character each', '你好 world', ['你', '好', 'world']],
  ['Japanese, with its voiced sounds', 'がき', ['が', 'き']],
  ['Korean words', '주문 번호', ['주문', '번호']],
  ['Greek', 'Παραγγελίας', ['παραγγελιασ']],
  ['Arabic with its marks, hamza and stretched letters', 'طَلَبِيَّة أين مـــوعد', ['طلبية', 'اين', 'موعد']],
  ['Hebrew with points', 'הַזְמָנָה', ['הזמנה']],
  ['Hindi, whose marks are letters', 'हिन्दी', ['हिन्दी']],
  ['wide letters and a ligature', 'Ｏｒｄｅｒ ﬁne', ['order', 'fine']],
  ['nothing but pictures', '🙂👍🏽', []],
  ['nothing but signs', '!? --', []],
])('search knows the words of %s', (_what, text, tokens) => {
  expect(tokensOf(text)).toEqual(tokens);
});

test('words may go on, a phrase is whole, and a number is a number', () => {
  expect(termsOf('Invo "late order" #17 你好')).toEqual([
    { tokens: ['invo'], prefix: true, number: false },
    { tokens: ['late', 'order'], prefix: false, number: false },
    { tokens: ['17'], prefix: false, number: true },
    { tokens: ['你', '好'], prefix: true, number: false },
  ]);
});

test.each([
  '"',
  '""',
  '" "',
  '#',
  '*',
  'a" OR "b',
  '(',
  'NEAR(a b)',
  '\u0000',
  '-x',
  '\ud83d x',
  '(.*)+$',
  '{"$ne":1}',
])('what somebody types is words and never a command: %j', (query) => {
  const tokens = termsOf(query).flatMap((term) => term.tokens);
  expect(tokens.filter((token) => !/^[\p{L}\p{N}\p{M}]+$/u.test(token))).toEqual([]);
});

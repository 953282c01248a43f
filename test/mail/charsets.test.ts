import { decodeText } from '../../mail/mime/charset';
import { fixtureNames, parsed } from './fixture';

describe('M2 the text of a mail is read in the charset it is really in', () => {
  test.each([
    ['iso-2022-jp', '注文番号４７１１の商品がまだ届いていません。', 'ja'],
    ['iso-2022-jp-ms-circled-numbers', '①②', ''],
    ['iso-2022-jp-undeclared', 'ありがとうございます。', 'ja'],
    ['shift-jis-declared', '返品したいのですが', 'ja'],
    ['shift-jis-undeclared', '先日購入した商品について質問があります。', 'ja'],
    ['euc-jp-undeclared', '先日購入した商品について質問があります。', 'ja'],
    ['gb2312-with-wider-characters', '朱镕基', 'zh'],
    ['big5', '您好，我想查詢我的訂單，謝謝。', 'zh'],
    ['korean-ks-c-5601-1987', '똠방각하', 'ko'],
    ['koi8-r', 'мой заказ ещё не пришёл', 'ru'],
    ['windows-1251-undeclared', 'Помогите, пожалуйста.', 'ru'],
    ['iso-8859-1-with-smart-quotes', 'It’s “urgent” – 50 €', ''],
    ['utf-8-declared-as-iso-8859-1', 'für Jürgen Müller', 'de'],
    ['utf-8-without-charset', 'Grüße aus Köln', 'de'],
    ['unknown-charset', 'Grüße', ''],
    ['utf-7', 'Hi Mom ☺ 5 - 3!', ''],
    ['hebrew-logical', 'ההזמנה שלי לא הגיעה', 'he'],
    ['html-charset-in-meta-only', 'Привет', ''],
  ])('%s', async (name, words, language) => {
    const mail = await parsed(name);
    expect(mail.text).toContain(words);
    expect(mail.text).not.toContain('\ufffd');
    expect(mail.language).toBe(language);
  });

  test('a broken character is replaced and told, the rest is kept', async () => {
    const mail = await parsed('broken-utf-8');
    expect(mail.text).toContain('Grüße für alle');
    expect(mail.text.match(/\ufffd/g)).toHaveLength(2);
    expect(mail.warnings).toEqual([expect.stringContaining('could not be read')]);
  });
});

describe('charsets the platform does not know', () => {
  test.each([
    ['iso-2022-kr', '\x1b$)C\x0e0!3*\x0f abc', '가나 abc'],
    ['hz-gb-2312', 'Hi ~{VPND~}!', 'Hi 中文!'],
    ['cp437', 'Stra\xe1e', 'Straße'],
    ['cp850', 'Gr\x81\xe1e', 'Grüße'],
    ['UTF-7', '+AGEAYg-c +- +ZeVnLIqe-', 'abc + 日本語'],
    ['win-1251', '\xcf\xf0\xe8\xe2\xe5\xf2', 'Привет'],
    ['"windows-1252"', '\x80', '€'],
    ['cp932', '\x93\xfa\x96{', '日本'],
    ['iso8859_15', '\xa4', '€'],
    ['latin-9', '\xa4', '€'],
    ['cp-850', 'Gr\x81\xe1e', 'Grüße'],
    ['ibm852', '\x9d\xa2d\xab', 'Łódź'],
    ['cp858', '\xd5', '€'],
    ['cp855', '\xdd\xe1\xb7\xeb\xa8\xe5', 'Привет'],
    ['x-mac-ce', '\xfc\x97d\x90', 'Łódź'],
    ['utf-16', '\xfe\xff\0H\0i', 'Hi'],
    ['utf-16le', '\0H\0i\0!', 'Hi!'],
    ['iso-10646-ucs-2', 'H\0i\0!\0', 'Hi!'],
  ])('%s', (charset, bytes, text) => {
    expect(decodeText(Buffer.from(bytes, 'latin1'), charset)).toMatchObject({ text, replaced: false });
  });
});

test('CP949 gives every Hangul syllable once', () => {
  const pairs: number[] = [];
  for (let lead = 0x81; lead <= 0xc8; lead += 1) {
    for (let trail = 0x41; trail <= 0xfe; trail += 1) pairs.push(lead, trail, 0x0a);
  }
  const { text } = decodeText(Uint8Array.from(pairs), 'cp949');
  const syllables = text.split('\n').filter((line) => /^[가-힣]$/.test(line));
  expect(syllables).toHaveLength(11172);
  expect(new Set(syllables).size).toBe(11172);
});

test('no fixture but the broken one shows a replacement character', async () => {
  const shown: string[] = [];
  for (const name of fixtureNames()) if ((await parsed(name)).text.includes('\ufffd')) shown.push(name);
  expect(shown).toEqual(['broken-utf-8']);
});

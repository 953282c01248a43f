import { simpleParser, type AddressObject } from 'mailparser';
import { fixture, fixtureNames, parsed } from './fixture';

// Where another reader of mail (mailparser) comes to something else, and why ours is meant.
const TEXT_DIFFERS: Record<string, string> = {
  'boundary-differs': 'it shows nothing',
  'empty-line-missing-before-body': 'it loses the first line',
  'euc-jp-undeclared': 'it shows replacement characters',
  'flowed-paragraphs-delsp': 'it joins quoted and own words',
  'html-charset-in-meta-only': 'it shows replacement characters',
  'inline-image-not-shown': 'it names the image',
  'inline-image-shown': 'it names the image',
  'iso-2022-jp-undeclared': 'it shows the escape sequences',
  'links-that-mislead': 'it names the images',
  'multipart-without-parts': 'it shows nothing',
  'nul-bytes-in-subject': 'it keeps NUL bytes',
  'shift-jis-undeclared': 'it shows replacement characters',
  'smime-signed-opaque': 'it does not look inside',
  'smime-signed-opaque-streamed': 'it does not look inside',
  'text-enriched': 'it shows nothing',
  'unknown-charset': 'it shows replacement characters',
  'utf-8-declared-as-iso-8859-1': 'it believes the label',
  'windows-1251-undeclared': 'it shows replacement characters',
  'html-only': 'it writes headings in capitals',
};
const SENDER_DIFFERS = new Set([
  'two-from-fields',
  'shift-jis-undeclared',
  'raw-latin-1-headers',
  'address-only-in-encoded-name',
]);

const words = (text: string): string => text.replace(/\s+/g, '');
const OPTIONS = {
  skipTextToHtml: true,
  skipTextLinks: true,
  keepCidLinks: true,
  keepDeliveryStatus: true,
  ignoreEmbedded: true,
};

describe('another reader of mail agrees', () => {
  test.each(fixtureNames())('about %s', async (name) => {
    const [ours, theirs] = [await parsed(name), await simpleParser(fixture(name), OPTIONS)];
    if (name in TEXT_DIFFERS) expect(words(ours.text)).not.toBe(words(theirs.text ?? ''));
    else expect(words(ours.text)).toBe(words(theirs.text ?? ''));
    if (SENDER_DIFFERS.has(name)) expect(ours.from).not.toEqual(addresses(theirs.from));
    else expect(ours.from).toEqual(addresses(theirs.from));
    expect(ours.messageId).toBe(theirs.messageId ?? null);
  });
});

function addresses(from: AddressObject | undefined): { address: string; name: string }[] {
  return (from?.value ?? []).map(({ address, name }) => ({ address: address ?? '', name }));
}

import { contentHash } from '../../mail/content-hash';
import { fixture } from './fixture';
import { parseMail } from '../../mail/parse';

const raw = fixture('outlook-mixed-related-alternative').toString('latin1');
const hashOf = async (text: string): Promise<string> => contentHash(await parseMail(Buffer.from(text, 'latin1')));

describe('the content hash', () => {
  test.each([
    [
      'trace headers',
      `Received: from a by b; Sat, 21 Nov 2026 10:00:00 +0000\r\nDelivered-To: x@y.example\r\nX-Spam-Status: No\r\n${raw}`,
    ],
    ['line ends', raw.replaceAll('\r\n', '\n')],
    ['the boundary', raw.replaceAll('m1', 'm9')],
    [
      'the transfer encoding of a text',
      raw.replace(
        '\r\n\r\nSee the picture.',
        '\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nSee the pictur=65.',
      ),
    ],
    ['the way a name is encoded', raw.replace('Ann Archer <', '=?utf-8?Q?Ann_Archer?= <')],
    ['the zone in which a date is told', raw.replace('10:00:00 +0100', '09:00:00 +0000')],
  ])('does not mind %s', async (_what, other) => {
    expect(other).not.toBe(raw);
    expect(await hashOf(other)).toBe(await hashOf(raw));
  });

  test.each([
    ['the sender', raw.replace('ann@', 'bob@')],
    ['the subject', raw.replace('A question', 'B question')],
    ['the date', raw.replace('10:00:00', '10:00:01')],
    ['the Message-ID', raw.replace('Message-ID: <', 'Message-ID: <x')],
    ['a text', raw.replace('See the picture.', 'See the pictures.')],
    ['the HTML', raw.replace('<p>See', '<p class="x">See')],
    ['a file', raw.replace('JVBERi0xLjQK', 'JVBERi0xLjUK')],
  ])('differs when %s differs', async (_what, other) => {
    expect(other).not.toBe(raw);
    expect(await hashOf(other)).not.toBe(await hashOf(raw));
  });
});

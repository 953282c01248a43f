import { withBodyMarks } from '../../../mail/body-marks';
import { composeMail } from '../../../mail/compose';
import { parseMail } from '../../../mail/parse';
import { REPLY_SEPARATOR } from '../../../mail/quote';
import { threadLookups } from '../../../mail/thread-keys';
import { mintBodyMarker } from '../../../mail/thread-tokens';

const secret = 'secret of the tests';
const reference = mintBodyMarker({ enquiryId: 'e-4711', secret });
const marks = { separator: true, reference };

const sent = (bodies: { html: string; text: string | null }) =>
  composeMail({
    messageId: '<one@desk.test>',
    date: new Date('2026-03-02T10:00:00Z'),
    from: { address: 'support@desk.test' },
    to: [{ address: 'mia@customers.test' }],
    subject: 'Re: My order',
    ...withBodyMarks(bodies, marks),
  });

/** An answer of a program that keeps neither References nor Reply-To, only the words. */
const answerTo = (quoted: string): Buffer =>
  Buffer.from(
    [
      'From: mia@customers.test',
      'To: support@desk.test',
      'Subject: My order',
      'Message-ID: <answer@customers.test>',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'Yes, the blue one.',
      '',
      ...quoted.split('\n').map((line) => `> ${line}`),
    ].join('\r\n'),
  );

describe('T1 R4 a mail that is quoted by a program which drops all headers', () => {
  test.each([
    ['written as HTML', { html: '<p>Which colour?</p>', text: null }],
    ['written as text', { html: '<p>Which colour?</p>', text: 'Which colour?' }],
    ['made as a whole document', { html: '<html><body class="x"><p>Which colour?</p></body></html>', text: null }],
  ])('%s leads its answer back, and only the new words are shown', async (_how, bodies) => {
    const ours = await parseMail(await sent(bodies));
    const answer = await parseMail(answerTo(ours.text));
    const { lookups } = threadLookups(answer, { from: null, to: [] }, ['support@desk.test'], secret);
    expect(lookups).toEqual([{ step: 'body-marker', enquiryId: 'e-4711' }]);
    expect(answer.newText).toBe('Yes, the blue one.');
  });

  test('shows both marks in HTML and in text, the line first', async () => {
    const { text, html } = await parseMail(await sent({ html: '<p>Hello</p>', text: 'Hello' }));
    for (const body of [text, html ?? '']) {
      expect(body.indexOf(REPLY_SEPARATOR)).toBeLessThan(body.indexOf('Hello'));
      expect(body.indexOf(reference)).toBeGreaterThan(body.indexOf('Hello'));
    }
  });
});

test('without marks bodies stay as they are', () => {
  const bodies = { html: '<p>$& stays</p>', text: null };
  expect(withBodyMarks(bodies, { separator: false, reference: null })).toEqual(bodies);
});

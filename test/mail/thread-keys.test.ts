import { bounceLookups, threadLookups } from '../../mail/thread-keys';
import {
  mintBodyMarker,
  mintBounceToken,
  mintMessageId,
  mintReplyToken,
  ownEnquiryOf,
  readBounceToken,
  readReplyToken,
  threadMessageId,
} from '../../mail/thread-tokens';
import { anInboundMail, noEnvelope, parsed } from './fixture';

const secret = 'a secret of this installation';
const domain = 'desk.example';
const address = 'support@desk.example';

describe('T2 ids of ours', () => {
  test.each(['e17', 'E-17/ä:b', 'x'.repeat(60), '01hxyz'])('lead back to enquiry %j', (enquiryId) => {
    const id = mintMessageId({ domain, enquiryId, secret });
    expect(id).toMatch(/^<[a-z0-9.=-]+@desk\.example>$/);
    expect(ownEnquiryOf(id, secret)).toBe(enquiryId);
    expect(ownEnquiryOf(id.toUpperCase(), secret)).toBe(enquiryId);
  });

  test('are another each time, and the same for one outgoing mail', () => {
    const mint = (unique?: string): string =>
      mintMessageId({ domain, enquiryId: 'e17', secret, ...(unique ? { unique } : {}) });
    expect(mint()).not.toBe(mint());
    expect(mint('out-1')).toBe(mint('out-1'));
    expect(mint('out-1')).not.toBe(mint('out-2'));
    expect(threadMessageId({ domain, enquiryId: 'e17', secret })).toBe(
      threadMessageId({ domain, enquiryId: 'e17', secret }),
    );
  });

  test.each([
    ['another secret', (id: string) => id, 'other'],
    ['another enquiry', (id: string) => id.replace('.e17.', '.e18.'), secret],
    ['a changed code', (id: string) => id.replace(/.@/, (m) => (m === '0@' ? '1@' : '0@')), secret],
    ['no code', () => '<rp.e17.abc@desk.example>', secret],
    ['a foreign id', () => '<CAF+abc@mail.gmail.example>', secret],
    ['nothing', () => '', secret],
  ])('with %s name nothing', (_what, change, key) => {
    expect(ownEnquiryOf(change(mintMessageId({ domain, enquiryId: 'e17', secret })), key)).toBeNull();
  });

  test('O1 do not look like the forged ids that SpamAssassin knows', () => {
    const randy = /^<[a-z\d][a-z\d$-]{10,29}[a-z\d]@[a-z\d][a-z\d.]{3,12}[a-z\d]>$/;
    for (let i = 0; i < 50; i += 1) expect(mintMessageId({ domain, enquiryId: `e${i}`, secret })).not.toMatch(randy);
  });
});

describe('T2 addresses of ours', () => {
  test('carry the enquiry there and back, whatever case servers make of them', () => {
    const token = mintReplyToken({ address, enquiryId: 'e17', secret });
    expect(token).toMatch(/^support\+r\.e17\.[0-9a-f]{20}@desk\.example$/);
    expect(readReplyToken(token ?? '', secret)).toEqual({ enquiryId: 'e17', address });
    expect(readReplyToken((token ?? '').toUpperCase(), secret)).toEqual({ enquiryId: 'e17', address });
  });

  test('for bounces carry the outgoing mail', () => {
    const token = mintBounceToken({ address, outboxId: 'e17:3', secret });
    expect(readBounceToken(token ?? '', secret)).toEqual({ outboxId: 'e17:3', address });
    expect(readReplyToken(token ?? '', secret)).toBeNull();
  });

  test('are not made where the local part would grow over 64 characters', () => {
    expect(mintReplyToken({ address, enquiryId: 'x'.repeat(60), secret })).toBeNull();
    expect(mintReplyToken({ address: 'not-an-address', enquiryId: 'e17', secret })).toBeNull();
  });

  test.each([
    ['other secret', 'other'],
    ['no secret', ''],
  ])('are refused with %s', (_what, key) => {
    expect(readReplyToken(mintReplyToken({ address, enquiryId: 'e17', secret }) ?? '', key)).toBeNull();
  });
});

describe('T1 what is asked, in order', () => {
  const token = mintReplyToken({ address, enquiryId: 'by-token', secret }) ?? '';
  const own = mintMessageId({ domain, enquiryId: 'by-id', secret });
  const lookups = async (...lines: string[]) =>
    threadLookups(await anInboundMail(...lines), noEnvelope, [address], secret);

  test('token in a recipient, In-Reply-To, References nearest first, our own ids, marker in the body, number in the subject', async () => {
    const { lookups: found, refused } = await lookups(
      `To: ${token}`,
      'Subject: Re: [#4711] Help',
      `In-Reply-To: ${own}`,
      `References: <first@x.example> <second@x.example> ${own}`,
      '',
      `> ${mintBodyMarker({ enquiryId: 'by-marker', secret })}`,
    );
    expect(found).toEqual([
      { step: 'recipient-token', enquiryId: 'by-token', found: token },
      { step: 'in-reply-to', messageId: own, own: 'by-id' },
      { step: 'references', messageId: '<second@x.example>', own: null },
      { step: 'references', messageId: '<first@x.example>', own: null },
      { step: 'own-message-id', enquiryId: 'by-id', found: own },
      { step: 'body-marker', enquiryId: 'by-marker' },
      { step: 'subject-tag', number: 4711 },
    ]);
    expect(refused).toEqual([]);
  });

  test.each([['Cc: %s'], ['Delivered-To: %s'], ['X-Original-To: %s'], ['X-Forwarded-To: %s'], ['Envelope-To: <%s>']])(
    'the token is found in %s',
    async (line) => {
      const { lookups: found } = await lookups(line.replace('%s', token), '', '');
      expect(found).toEqual([expect.objectContaining({ step: 'recipient-token', enquiryId: 'by-token' })]);
    },
  );

  test('the token is found in the envelope', async () => {
    const mail = await anInboundMail('To: support@desk.example', '', '');
    expect(threadLookups(mail, { from: 'a@x.example', to: [token] }, [address], secret).lookups).toHaveLength(1);
  });

  test('tokens and ids with a wrong code are refused and named', async () => {
    const forged = token.replace(/\.[0-9a-f]{20}@/, `.${'0'.repeat(20)}@`);
    const { lookups: found, refused } = await lookups(
      `To: ${forged}`,
      `In-Reply-To: ${own.replace('by-id', 'by-if')}`,
      '',
      '[ref:x.00000000000000000000]',
    );
    expect(found).toEqual([{ step: 'in-reply-to', messageId: own.replace('by-id', 'by-if'), own: null }]);
    expect(refused.toSorted()).toEqual([own.replace('by-id', 'by-if'), forged].toSorted());
  });

  test('a token of another address than the channel serves is not taken', async () => {
    const other = mintReplyToken({ address: 'sales@desk.example', enquiryId: 'e1', secret }) ?? '';
    expect((await lookups(`To: ${other}`, '', '')).lookups).toEqual([]);
  });

  test('a mail does not answer itself, and an id is asked once', async () => {
    const { lookups: found } = await lookups(
      'Message-ID: <self@x.example>',
      'In-Reply-To: <a@x.example>',
      'References: <self@x.example> <a@x.example>',
      '',
      '',
    );
    expect(found).toEqual([{ step: 'in-reply-to', messageId: '<a@x.example>', own: null }]);
  });

  test('of thousands of references the nearest and the first are asked', async () => {
    const ids = Array.from({ length: 3000 }, (_, i) => `<n${i}@x.example>`);
    const { lookups: found } = await lookups(`References: ${ids.join('\r\n ')}`, '', '');
    const asked = found.map((lookup) => ('messageId' in lookup ? lookup.messageId : ''));
    expect(asked).toHaveLength(50);
    expect(asked[0]).toBe('<n2999@x.example>');
    expect(asked.at(-1)).toBe('<n0@x.example>');
  });

  test('T7 a subject alone asks only for its number', async () => {
    expect((await lookups('Subject: Re: Printer', '', '')).lookups).toEqual([]);
  });
});

describe('B1 what ties a report to the mail it is about', () => {
  test('is the bounce token, then the Message-ID, then the recipient', async () => {
    const token = mintBounceToken({ address, outboxId: 'out-1', secret }) ?? '';
    const found = bounceLookups(await parsed('bounce-postfix'), { from: '', to: [token] }, secret);
    expect(found).toEqual([
      { step: 'bounce-token', outboxId: 'out-1', found: token },
      { step: 'original-message-id', messageId: '<sent-1@desk.example>', own: null },
      { step: 'recipient', address: 'gone@remote.example' },
    ]);
  });

  test('is the Message-ID and the recipient of a complaint', async () => {
    expect(bounceLookups(await parsed('complaint-arf'), noEnvelope, secret).map(({ step }) => step)).toEqual([
      'original-message-id',
      'recipient',
    ]);
  });
});

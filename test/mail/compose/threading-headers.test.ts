import { threadingHeaders, trimReferences, type AnsweredMail } from '../../../mail/threading-headers';

const answered = (more: Partial<AnsweredMail> = {}): AnsweredMail => ({
  messageId: '<q3@y>',
  references: ['<q1@y>', '<r2@x>'],
  inReplyTo: ['<r2@x>'],
  ...more,
});

describe('the threading headers of a reply', () => {
  test.each<[string, AnsweredMail | null, string | null, { inReplyTo: string | null; references: string[] }]>([
    [
      'carry the chain of the answered mail on',
      answered(),
      null,
      { inReplyTo: '<q3@y>', references: ['<q1@y>', '<r2@x>', '<q3@y>'] },
    ],
    [
      'take a single In-Reply-To for the chain where References is missing',
      answered({ references: [] }),
      null,
      { inReplyTo: '<q3@y>', references: ['<r2@x>', '<q3@y>'] },
    ],
    [
      'make no chain of several In-Reply-To',
      answered({ references: [], inReplyTo: ['<a@y>', '<b@y>'] }),
      null,
      { inReplyTo: '<q3@y>', references: ['<q3@y>'] },
    ],
    [
      'name the constant id of the enquiry before the answered mail, once',
      answered({ references: ['<q1@y>', '<e7@x>', '<r2@x>'] }),
      '<e7@x>',
      { inReplyTo: '<q3@y>', references: ['<q1@y>', '<r2@x>', '<e7@x>', '<q3@y>'] },
    ],
    ['name only the enquiry where nothing is answered', null, '<e7@x>', { inReplyTo: null, references: ['<e7@x>'] }],
    [
      'name nothing that is no Message-ID',
      answered({ messageId: 'q3 y', references: ['<a b@y>', '<>', 'x'] }),
      null,
      { inReplyTo: null, references: [] },
    ],
  ])('%s', (_title, mail, threadId, expected) => {
    expect(threadingHeaders(mail, threadId)).toMatchObject(expected);
  });

  test('copy what Outlook threads by, if it is what Outlook makes', () => {
    const threadIndex = 'AdXYZ'.padEnd(40, 'A');

    expect(threadingHeaders(answered({ threadIndex, threadTopic: 'Order' }))).toMatchObject({
      threadIndex,
      threadTopic: 'Order',
    });
    expect(threadingHeaders(answered({ threadIndex: 'x\r\nBcc: a@b' }))).toMatchObject({
      threadIndex: null,
      threadTopic: null,
    });
  });
});

describe('trimming References', () => {
  const chain = Array.from({ length: 100 }, (_unused, index) => `<message-number-${index}@y.test>`);

  test('keeps the first and the newest that fit', () => {
    const kept = trimReferences(chain);

    expect(kept[0]).toBe(chain[0]);
    expect(kept.slice(1)).toEqual(chain.slice(chain.length - kept.length + 1));
    expect(Buffer.byteLength(kept.join(' '))).toBeLessThanOrEqual(1500);
    expect(kept.length).toBeGreaterThan(40);
  });

  test('keeps the newest even when it does not fit', () => {
    expect(trimReferences(chain, 10)).toEqual([chain[0], chain[99]]);
  });
});

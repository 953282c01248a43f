import { sendBySmtp } from '../../../mail/senders/smtp';
import type { HandOver, SendResult } from '../../../mail/senders/send-result';
import { until } from '../../support/until';
import { startSmtpSink, type SinkScript, type SmtpSink } from '../../support/smtp-sink';

const raw = Buffer.from('From: desk@x.test\r\nMessage-ID: <one@x.test>\r\n\r\n.A line with a dot\r\nthe end\r\n');

describe('sending by SMTP', () => {
  let sink: SmtpSink;

  beforeEach(async () => {
    sink = await startSmtpSink();
  });

  afterEach(() => sink.close());

  const send = (script: SinkScript, wish: Partial<HandOver> = {}): Promise<SendResult> => {
    sink.play(script);
    return sendBySmtp({
      server: { host: '127.0.0.1', port: sink.port, tls: 'none' },
      envelope: { from: 'bounce+1@x.test', to: ['ann@y.test'] },
      raw,
      beforeFinalDot: async () => true,
      ...wish,
    });
  };

  test('hands the mail over byte for byte and keeps the answer word for word', async () => {
    const result = await send({ dot: '250 2.0.0 Ok: queued as 4XYZ' });

    expect(result).toMatchObject({
      outcome: 'sent',
      phase: 'handed-over',
      code: 250,
      answer: '250 2.0.0 Ok: queued as 4XYZ',
    });
    expect(result.recipients).toEqual([
      { address: 'ann@y.test', state: 'accepted', code: 250, answer: '250 2.0.0 Ok: queued as 4XYZ' },
    ]);
    expect(sink.mails).toEqual([{ from: 'bounce+1@x.test', to: ['ann@y.test'], raw }]);
  });

  test.each(['250 2.0.0 taken', '250 2.0.0 taken\r\n250 2.0.0 taken', '354 go on'])(
    'takes an answer that comes before the final dot (%j) for no answer to the mail: nobody has it',
    async (duringBody) => {
      // The hand-over is being recorded while the early answer comes.
      const beforeFinalDot = async (): Promise<boolean> => {
        await until('the server has spoken', () => sink.bodyBytes() > 0);
        return new Promise((resolve) => setImmediate(() => setImmediate(() => resolve(true))));
      };
      const result = await send({ duringBody, dot: '250 2.0.0 truly' }, { beforeFinalDot });

      expect(result).toMatchObject({ outcome: 'retry', recipients: [{ state: 'untried' }] });
      expect(sink.mails).toEqual([]);
    },
  );

  test('sends automatic mail with the empty sender', async () => {
    await send({}, { envelope: { from: '', to: ['ann@y.test'] } });

    expect(sink.commands.find((line) => line.startsWith('MAIL'))).toMatch(/^MAIL FROM:<>/);
    expect(sink.mails).toHaveLength(1);
  });

  test('names domains in ASCII, which every server knows, and tells of recipients as they were given', async () => {
    const to = ['ann@bücher.test', 'bob@bücher.test'];
    const script: SinkScript = { rcpt: (line) => (line.includes('<bob@') ? '550 5.1.1 unknown' : '250 ok') };
    const result = await send(script, { envelope: { from: 'desk@läden.test', to } });

    expect(sink.commands.filter((line) => /^(?:MAIL|RCPT)/.test(line))).toEqual([
      expect.stringMatching(/^MAIL FROM:<desk@xn--lden-loa\.test>/),
      'RCPT TO:<ann@xn--bcher-kva.test>',
      'RCPT TO:<bob@xn--bcher-kva.test>',
    ]);
    expect(result.recipients).toMatchObject([
      { address: 'ann@bücher.test', state: 'accepted' },
      { address: 'bob@bücher.test', state: 'refused', code: 550 },
    ]);
  });

  test('asks for the hand-over once, after the server has agreed to take the data', async () => {
    const asked: string[][] = [];
    await send({}, { beforeFinalDot: async () => Boolean(asked.push([...sink.commands])) });

    expect(asked).toHaveLength(1);
    expect(asked[0]?.at(-1)).toBe('DATA');
  });

  test.each([
    ['false', async () => false],
    [
      'a rejection',
      async () => {
        throw new Error('the store is away');
      },
    ],
  ])('drops the connection without the final dot when the hand-over answers %s', async (_what, beforeFinalDot) => {
    const result = await send({}, { beforeFinalDot, raw: Buffer.concat([raw, Buffer.alloc(300_000, 'x')]) });

    expect(result).toMatchObject({ outcome: 'dropped', phase: 'data' });
    expect(result.recipients).toMatchObject([{ state: 'untried' }]);
    expect(sink.mails).toEqual([]);
  });

  describe('with several recipients', () => {
    const to = ['ok@y.test', 'gone@y.test', 'later@y.test'];
    const rcpt = (line: string): string =>
      line.includes('gone') ? '550 5.1.1 unknown' : line.includes('later') ? '451 4.2.1 later' : '250 2.1.5 ok';

    test('tells apart who has the mail, who never will, and who may be tried again', async () => {
      const result = await send({ rcpt }, { envelope: { from: 'a@x.test', to } });

      expect(result).toMatchObject({ outcome: 'sent', code: 250 });
      expect(result.recipients).toEqual([
        { address: 'ok@y.test', state: 'accepted', code: 250, answer: '250 2.0.0 taken' },
        { address: 'gone@y.test', state: 'refused', code: 550, answer: '550 5.1.1 unknown' },
        { address: 'later@y.test', state: 'deferred', code: 451, answer: '451 4.2.1 later' },
      ]);
      expect(sink.mails.map((mail) => mail.to)).toEqual([['ok@y.test']]);
    });

    test('keeps the refusals of single recipients when the line breaks after the dot', async () => {
      const result = await send({ rcpt, dot: 'close' }, { envelope: { from: 'a@x.test', to } });

      expect(result.outcome).toBe('uncertain');
      expect(result.recipients.map((one) => one.state)).toEqual(['uncertain', 'refused', 'deferred']);
    });

    test('tries again those deferred when everybody else is refused', async () => {
      const result = await send({ rcpt }, { envelope: { from: 'a@x.test', to: ['gone@y.test', 'later@y.test'] } });

      expect(result).toMatchObject({ outcome: 'retry', phase: 'rcpt' });
      expect(result.recipients.map((one) => one.state)).toEqual(['refused', 'deferred']);
      expect(sink.mails).toEqual([]);
    });
  });

  describe('a fault at each step', () => {
    const cases: [string, SinkScript, Partial<SendResult>, SendResult['recipients'][number]['state']][] = [
      [
        'greeting 554',
        { greeting: '554 no service here' },
        { outcome: 'retry', phase: 'connect', channelBroken: true, code: 554 },
        'untried',
      ],
      [
        'greeting 421',
        { greeting: '421 busy' },
        { outcome: 'retry', phase: 'connect', channelBroken: false },
        'deferred',
      ],
      [
        'close at the greeting',
        { greeting: 'close' },
        { outcome: 'retry', phase: 'connect', channelBroken: false },
        'untried',
      ],
      ['MAIL 451', { mail: '451 4.3.0 later' }, { outcome: 'retry', phase: 'mail', code: 451 }, 'deferred'],
      ['MAIL 550', { mail: '550 5.7.1 not you' }, { outcome: 'failed', phase: 'mail', code: 550 }, 'refused'],
      [
        'MAIL 550, and 503 to the recipients that were sent along',
        { mail: '550 5.7.1 not you', rcpt: '503 need MAIL', data: '503 need RCPT' },
        { outcome: 'failed', phase: 'mail', code: 550 },
        'refused',
      ],
      [
        'MAIL 451 of a server that takes one command at a time',
        { mail: '451 4.3.0 later', extensions: [] },
        { outcome: 'retry', phase: 'mail', code: 451 },
        'deferred',
      ],
      ['MAIL 530', { mail: '530 5.7.0 sign in first' }, { outcome: 'retry', channelBroken: true }, 'untried'],
      ['RCPT 451', { rcpt: '451 4.2.1 later' }, { outcome: 'retry', phase: 'rcpt', code: 451 }, 'deferred'],
      ['RCPT 550', { rcpt: '550 5.1.1 unknown' }, { outcome: 'failed', phase: 'rcpt', code: 550 }, 'refused'],
      ['RCPT 552 for too many', { rcpt: '552 too many recipients' }, { outcome: 'retry', phase: 'rcpt' }, 'deferred'],
      [
        'RCPT 552 for a full mailbox',
        { rcpt: '552 5.2.2 mailbox full' },
        { outcome: 'failed', phase: 'rcpt' },
        'refused',
      ],
      ['DATA 451', { data: '451 4.3.0 later' }, { outcome: 'retry', code: 451 }, 'deferred'],
      ['DATA 503', { data: '503 bad sequence' }, { outcome: 'retry', code: 503 }, 'deferred'],
      ['DATA 554', { data: '554 5.7.1 no' }, { outcome: 'failed', code: 554 }, 'refused'],
      ['close at DATA', { data: 'close' }, { outcome: 'retry' }, 'untried'],
      ['close in the body', { closeAfterBodyBytes: 10 }, { outcome: 'retry' }, 'untried'],
      [
        '552 in the middle of the body',
        { duringBody: '552 5.3.4 too big' },
        { outcome: 'failed', code: 552 },
        'refused',
      ],
      [
        '4xx after the dot',
        { dot: '451 4.7.1 greylisted' },
        { outcome: 'retry', phase: 'handed-over', code: 451 },
        'deferred',
      ],
      [
        '421 after the dot',
        { dot: '421 4.3.2 going down' },
        { outcome: 'retry', phase: 'handed-over', code: 421 },
        'deferred',
      ],
      [
        '5xx after the dot',
        { dot: '554 5.7.1 spam' },
        { outcome: 'failed', phase: 'handed-over', code: 554 },
        'refused',
      ],
      [
        'close after the dot',
        { dot: 'close' },
        { outcome: 'uncertain', phase: 'handed-over', answer: null },
        'uncertain',
      ],
      ['nonsense after the dot', { dot: 'what?' }, { outcome: 'uncertain', phase: 'handed-over' }, 'uncertain'],
    ];

    test.each(cases)('%s', async (_title, script, expected, state) => {
      // So much that the fault is there before the end of the body, and the hand-over is never asked for.
      const inBody = 'duringBody' in script || 'closeAfterBodyBytes' in script;
      const beforeFinalDot = jest.fn(async () => true);
      const result = await send(script, {
        beforeFinalDot,
        raw: inBody ? Buffer.alloc(32e6, 'a line of text\r\n') : raw,
      });

      if (inBody) expect(beforeFinalDot).not.toHaveBeenCalled();
      expect(result).toMatchObject(expected);
      expect(result.recipients).toMatchObject([{ address: 'ann@y.test', state }]);
      expect(result.reason).not.toBe('');
    });
  });
});

import type { HandOver, SendResult } from '../../../mail/senders/send-result';
import { sendBySmtp } from '../../../mail/senders/smtp';
import { gate } from '../../support/smtp-listener';
import { startSmtpSink, type SinkScript, type SmtpSink } from '../../support/smtp-sink';
import { until } from '../../support/until';

const raw = Buffer.concat([
  Buffer.from('From: desk@x.test\r\nMessage-ID: <one@x.test>\r\n\r\n'),
  Buffer.alloc(300_000, 'a line of the mail\r\n'),
]);

describe('the hand-over before the final dot', () => {
  let sink: SmtpSink;

  beforeEach(async () => {
    sink = await startSmtpSink();
  });

  afterEach(() => sink.close());

  const send = (script: SinkScript, wish: Partial<HandOver> = {}): Promise<SendResult> => {
    sink.play(script);
    return sendBySmtp({
      server: { host: '127.0.0.1', port: sink.port, tls: 'none' },
      envelope: { from: 'bounce@x.test', to: ['ann@y.test'] },
      raw,
      beforeFinalDot: async () => true,
      ...wish,
    });
  };

  test('the dot is not out while the hand-over is being recorded', async () => {
    const recorded = gate();
    const asked = gate();
    const result = send(
      {},
      {
        beforeFinalDot: async () => {
          asked.open();
          await recorded.opened;
          return true;
        },
      },
    );
    await asked.opened;
    await until('all but the dot has arrived', () => sink.bodyBytes() >= raw.length);
    expect(sink.mails).toEqual([]);
    recorded.open();

    expect(await result).toMatchObject({ outcome: 'sent', phase: 'handed-over' });
    expect(sink.mails[0]?.raw.equals(raw)).toBe(true);
  });

  test('no dot follows, and nobody has the mail, when the line breaks while the hand-over is being recorded', async () => {
    const recorded = gate();
    const asked = gate();
    const result = send(
      {},
      {
        beforeFinalDot: async () => {
          asked.open();
          await recorded.opened;
          return true;
        },
      },
    );
    await asked.opened;
    sink.breakLines();
    await until('the sender has lost the line', () => sink.open() === 0);
    recorded.open();

    // The caller has recorded the hand-over, so the phase says so; that nobody has the mail is certain all the same.
    expect(await result).toMatchObject({ outcome: 'retry', recipients: [{ state: 'untried' }] });
    expect(sink.mails).toEqual([]);
  });

  test('an answer that never comes makes the mail uncertain', async () => {
    const result = await send({ dot: 'silence' }, { timeouts: { finalAnswerMs: 2_000 } });

    expect(result).toMatchObject({ outcome: 'uncertain', phase: 'handed-over', recipients: [{ state: 'uncertain' }] });
    await until('the silent server has the whole mail', () => sink.mails.length === 1);
  });

  test('a server that falls silent before is tried again', async () => {
    const result = await send({ data: 'silence' }, { timeouts: { idleMs: 50 } });

    expect(result).toMatchObject({ outcome: 'retry', recipients: [{ state: 'untried' }] });
  });

  describe('when we are stopped', () => {
    test.each<[string, SinkScript, SendResult['phase']]>([
      ['at the greeting', { greeting: 'silence' }, 'connect'],
      ['at DATA', { data: 'silence' }, 'rcpt'],
    ])('%s nothing was sent', async (_when, script, phase) => {
      const stop = new AbortController();
      const result = send(script, { signal: stop.signal });
      await until('the server is silent', () =>
        phase === 'connect' ? sink.open() === 1 : sink.commands.includes('DATA'),
      );
      stop.abort();

      expect(await result).toMatchObject({ outcome: 'dropped' });
      expect(sink.mails).toEqual([]);
    });

    test('before we began, no connection is made', async () => {
      expect(await send({}, { signal: AbortSignal.abort() })).toMatchObject({ outcome: 'dropped', phase: 'connect' });
      expect(sink.connections()).toBe(0);
    });

    test('after the dot, the answer is still waited for', async () => {
      const answer = gate();
      const stop = new AbortController();
      const result = send(
        {
          dot: async () => {
            await answer.opened;
            return '250 2.0.0 taken';
          },
        },
        { signal: stop.signal },
      );
      await until('the mail has arrived', () => sink.mails.length === 1);
      stop.abort();
      answer.open();

      expect(await result).toMatchObject({ outcome: 'sent' });
    });

    test('after the dot and without an answer, the mail is uncertain', async () => {
      const stop = new AbortController();
      const result = send({ dot: 'silence' }, { signal: stop.signal, timeouts: { afterAbortMs: 20 } });
      await until('the mail has arrived', () => sink.mails.length === 1);
      stop.abort();

      expect(await result).toMatchObject({ outcome: 'uncertain', phase: 'handed-over' });
    });
  });
});

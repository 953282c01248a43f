import { aSender, type Sender } from '../support/a-sender';
import type { SinkScript } from '../support/smtp-sink';
import { until } from '../support/until';

/** `kill -9` at each write between "due" and "done", and what the next sender makes of it. */
describe('a sender that dies', () => {
  let sender: Sender;
  let bury: () => Promise<void> = async () => {};
  afterEach(async () => {
    await bury();
    await sender.close();
  });

  /** A sender that dies right after a write: it does nothing any more, until it is buried at the end. */
  async function dieAt(point: string): Promise<void> {
    let dead = false;
    let buried = false;
    const waiting: (() => void)[] = [];
    const over = await sender.store.again({
      failAt: (at) => {
        dead ||= at === point;
        if (buried) throw new Error('killed');
        return dead ? new Promise<void>((_, reject) => waiting.push(() => reject(new Error('killed')))) : undefined;
      },
    });
    const work = sender.run({}, over);
    bury = async () => {
      buried = true;
      for (const end of waiting) end();
      await work.stop();
    };
    await until(`it dies at ${point}`, () => dead);
    sender.sink.breakLines();
  }

  // Whether the mail may be out when the process dies there, and what becomes of it.
  const points: [string, 'sent' | 'uncertain'][] = [
    ['outbox.take', 'sent'],
    ['outbox.handOver', 'uncertain'],
    ['outbox.finish', 'sent'],
    ['messages.setDelivery', 'sent'],
    ['outbox.copied', 'sent'],
  ];

  test.each(points)('after %s leaves a mail that is %s, delivered once, shown and copied', async (point, state) => {
    sender = await aSender();
    await sender.aMail('one');
    await dieAt(point);
    const next = sender.run();
    await until(`it is ${state}`, async () => (await sender.shownOn('one')) === state);
    await until('it is due no more', async () => !(await sender.store.outbox.channelsWaiting()).includes('support'));
    await next.stop();
    expect(await sender.stateOf('one')).toBe(state);
    expect(sender.sink.mails.length).toBeLessThanOrEqual(1);
    if (state === 'sent') {
      expect(sender.sink.mails).toHaveLength(1);
      expect((await sender.store.outbox.get('one'))?.copiedToSent).toBe(true);
    }
  });

  test('between the refusal and the word about it has the next one say it', async () => {
    sender = await aSender({ rcpt: '550 5.1.1 nobody here' });
    await sender.aMail('one');
    await dieAt('outbox.finish');
    expect(sender.told.failures).toEqual([]);

    const next = sender.run();
    await until('the enquiry hears of it', () => sender.told.failures.length > 0);
    await next.stop();
    expect(sender.told.failures).toEqual([
      { enquiry: 'e-1', outboxId: 'one', occasion: 'attempt 1', how: 'failed', automatic: false },
    ]);
    expect(await sender.shownOn('one')).toBe('failed');
  });

  test('is not needed for a database that goes away when the server has answered: the answer waits for it', async () => {
    sender = await aSender();
    await sender.aMail('one');
    let away = 3;
    const over = await sender.store.again({
      failAt: (at) => {
        if (at !== 'outbox.finish' || away === 0) return;
        away -= 1;
        throw Object.assign(new Error('The database cannot be reached.'), { name: 'StoreAway' });
      },
    });
    const work = sender.run({}, over);
    await until('it is shown as sent', async () => (await sender.shownOn('one')) === 'sent');
    await until('it is due no more', async () => !(await sender.store.outbox.channelsWaiting()).includes('support'));
    await work.stop();
    expect(await sender.store.outbox.get('one')).toMatchObject({ state: 'sent', attempt: 1, copiedToSent: true });
  });

  test('leaves no mail behind whose bytes are lost: it fails, and the others go', async () => {
    sender = await aSender();
    await sender.aMail('lost', { blob: 'f'.repeat(64) });
    await sender.aMail('next');
    const work = sender.run();
    await until('the other is sent', async () => (await sender.stateOf('next')) === 'sent');
    await until('the lost one fails', async () => (await sender.shownOn('lost')) === 'failed');
    await work.stop();
    expect((await sender.store.outbox.get('lost'))?.answers.at(-1)?.text).toContain('no longer in the data folder');
  });
});

describe('what a delivery report said first', () => {
  let sender: Sender;
  afterEach(() => sender.close());

  test.each([
    ['bounced', 'bounced'],
    ['delayed', 'delayed'],
    ['queued', 'sent'],
  ])('a mail shown as %s is shown as %s when its sender learns that it was taken', async (before, after) => {
    sender = await aSender();
    await sender.aMail('one');
    await sender.store.messages.setDelivery('m-one', { state: before, at: new Date(), answer: null });
    const work = sender.run();
    await until('it is due no more', async () => !(await sender.store.outbox.channelsWaiting()).includes('support'));
    await work.stop();
    expect(await sender.stateOf('one')).toBe('sent');
    expect(await sender.shownOn('one')).toBe(after);
  });
});

describe('a mail of which nobody can say whether it was taken', () => {
  let sender: Sender;
  afterEach(() => sender.close());

  test.each([
    ['found', 'sent'],
    ['not-found', 'uncertain'],
  ] as const)('is looked for in Sent once: %s makes it %s', async (look, state) => {
    sender = await aSender({ dot: 'close' });
    await sender.aMail('one');
    let looked = 0;
    const work = sender.run({
      lookInSent: async (id) => {
        looked += 1;
        if (look === 'found') await sender.store.outbox.foundInSent(id, new Date());
        return look;
      },
    });
    await until(`it is ${state}`, async () => (await sender.shownOn('one')) === state);
    await until('it is due no more', async () => !(await sender.store.outbox.channelsWaiting()).includes('support'));
    await work.stop();
    expect(looked).toBe(1);
    expect(sender.told.failures.map(({ how }) => how)).toEqual(state === 'uncertain' ? ['uncertain'] : []);
    expect(await sender.stateOf('one')).toBe(state);
    expect(sender.sink.connections()).toBe(1);
  });
});

describe('an address that the outgoing server refuses for good', () => {
  let sender: Sender;
  afterEach(() => sender.close());

  test.each([
    ['550 5.1.1 nobody here', true],
    ['550 5.2.1 mailbox disabled', false],
    ['550 5.7.1 not from you', false],
  ])('with "%s" is kept as one that does not exist: %s', async (rcpt, kept) => {
    sender = await aSender({ rcpt });
    await sender.aMail('one');
    const work = sender.run();
    await until('the enquiry hears of it', () => sender.told.failures.length > 0);
    await work.stop();
    const found = await sender.store.undeliverable.get('mia@customers.test', new Date());
    expect(found).toEqual(kept ? expect.objectContaining({ why: 'bounced', status: '5.1.1', outbox: 'one' }) : null);
  });
});

describe('a mail that a person has sent again', () => {
  let sender: Sender;
  afterEach(() => sender.close());

  test('asks who was refused once more, and leaves out who has it', async () => {
    const to = ['mia@customers.test', 'tom@customers.test'];
    sender = await aSender({ rcpt: (line) => (line.includes('mia@') ? '250 2.1.5 ok' : '451 4.2.1 later') });
    await sender.aMail('one', { envelope: { from: 'support@desk.test', to } });
    const work = sender.run({}, sender.store);
    await until('Mia has it', async () => (await sender.store.outbox.get('one'))?.acceptedRecipients.length === 1);
    sender.sink.play({ rcpt: '550 5.2.1 mailbox disabled' });
    await until('Tom is refused', () => sender.told.failures.length > 0);
    await until('it is due no more', async () => !(await sender.store.outbox.channelsWaiting()).includes('support'));
    expect(await sender.stateOf('one')).toBe('sent');

    sender.sink.play({ rcpt: '550 5.1.1 nobody here' });
    await sender.aMail('two');
    await until('it fails', async () => (await sender.shownOn('two')) === 'failed');
    sender.sink.play({});
    expect(await sender.store.outbox.requeue('two', new Date())).toMatchObject({ state: 'queued', refusals: 0 });
    await until('it is sent', async () => (await sender.stateOf('two')) === 'sent');
    await work.stop();
    expect(sender.sink.mails.map((mail) => mail.to)).toEqual([['mia@customers.test'], ['mia@customers.test']]);
  });
});

describe('the brake of a channel', () => {
  let sender: Sender;
  afterEach(() => sender.close());

  test('holds automatic mail that was queued before, lets people answer, and heeds who lets one go', async () => {
    sender = await aSender();
    await sender.store.channels.change('support', { holdAutomatic: true });
    for (const kind of ['auto-reply', 'close-notice', 'reply'] as const) await sender.aMail(kind, { kind });
    const work = sender.run();
    await until('the answer is sent', async () => (await sender.stateOf('reply')) === 'sent');
    await until('both are held', async () => (await sender.store.outbox.heldOf('support')).length === 2);
    expect(await sender.shownOn('close-notice')).toBe('held');

    await sender.store.outbox.release('close-notice', new Date());
    await until('it is sent', async () => (await sender.stateOf('close-notice')) === 'sent');
    await work.stop();
    expect(await sender.stateOf('auto-reply')).toBe('held');
    expect(sender.sink.mails).toHaveLength(2);
  });

  test('O14 a channel that may send three a minute sends three, and the rest a minute later', async () => {
    sender = await aSender();
    await sender.store.channels.change('support', { sendsPerMinute: 3 });
    const start = new Date();
    for (let number = 0; number < 5; number += 1) await sender.aMail(`mail-${number}`, { sendAfter: start });
    let aheadMs = 0;
    let asked = 0;
    const now = (): Date => {
      asked += 1;
      return new Date(Date.now() + aheadMs);
    };
    const work = sender.run({ now });
    await until('three are sent', () => sender.sink.mails.length === 3);
    const before = asked;
    await until('the sender has looked again', () => asked > before + 10);
    expect(sender.sink.mails).toHaveLength(3);
    aheadMs = 61_000;
    await until('all are sent', () => sender.sink.mails.length === 5);
    await work.stop();
  });
});

describe('a server that lets only the own address of the channel pass', () => {
  let sender: Sender;
  afterEach(() => sender.close());

  const refuses = '553 5.7.1 sender address rejected: not owned by user';
  const own = (line: string): boolean => line.includes('<support@desk.test>');
  const byMail: SinkScript = { mail: (line) => (own(line) ? '250 2.1.0 ok' : refuses) };
  const afterTheDot = (): SinkScript => {
    let from = '';
    return {
      mail: (line) => {
        from = line;
        return '250 2.1.0 ok';
      },
      dot: () =>
        own(from) ? '250 2.0.0 taken' : '550 5.7.60 SMTP; Client does not have permissions to send as this sender',
    };
  };

  test.each([
    ['to MAIL FROM', byMail],
    ['after the whole mail (Microsoft)', afterTheDot()],
  ])('that says so %s is given that, for this mail and the next ones', async (_when, script) => {
    sender = await aSender(script);
    const envelope = { from: 'support+b.one.abc@desk.test', to: ['mia@customers.test'] };
    await sender.aMail('one', { envelope });
    const work = sender.run();
    await until('it is sent', async () => (await sender.stateOf('one')) === 'sent');
    await sender.aMail('automatic', { envelope: { ...envelope, from: '' } });
    await until('the next is sent', async () => (await sender.stateOf('automatic')) === 'sent');
    await work.stop();
    expect((await sender.store.channels.get('support'))?.bounceToken).toBe(false);
    expect((await sender.store.outbox.get('one'))?.attempt).toBe(2);
    expect((await sender.store.outbox.get('automatic'))?.attempt).toBe(1);
    expect(sender.told.failures).toEqual([]);
  });

  test('is not told from one that refuses the mail whoever sends it: that one fails', async () => {
    sender = await aSender({ mail: refuses });
    await sender.aMail('one', { envelope: { from: 'support+b.one.abc@desk.test', to: ['mia@customers.test'] } });
    const work = sender.run();
    await until('it fails', async () => (await sender.shownOn('one')) === 'failed');
    await work.stop();
    expect(sender.sink.commands.filter((line) => line.startsWith('MAIL'))).toHaveLength(2);
  });
});

import { happeningsOf } from '../activities/events/event-of';
import { aMessage, nobody, Play, reserved, ringFlow, START } from './flows/play';

const HOUR = 3_600_000;

const served = (): Play => {
  const play = new Play(ringFlow(), {
    queueReply: { queued: 'o-1' },
    takeBackMail: { done: true },
    reserveFor: reserved('ana'),
  }).start();
  return play.send({ type: 'accept', agent: 'ana', offer: play.offer });
};
/** What other systems are told of all that happened. */
const told = (play: Play) => happeningsOf(play.now, play.trace, { number: 1, first: false }).map(({ event }) => event);
const typesOf = (play: Play) => told(play).map(({ type }) => type);
const dataOf = (play: Play, type: string) => told(play).find((each) => each.type === type)?.data;

/** Events of what people do with an enquiry, and take back. */
describe('other systems are told', () => {
  test('IN7 of a snooze and of its end, by its agent or because the time is over', () => {
    const play = served().send({ type: 'snooze', agent: 'ana', until: START + HOUR });
    expect(dataOf(play, 'enquiry.snoozed')).toMatchObject({ by: 'ana', until: new Date(START + HOUR).toISOString() });
    expect(typesOf(play)).not.toContain('enquiry.unsnoozed');
    const over = served().send({ type: 'snooze', agent: 'ana', until: START + HOUR });
    over.at = START + HOUR;
    over.send({ type: 'clock' });
    expect(dataOf(over, 'enquiry.unsnoozed')).not.toHaveProperty('by');
    play.send({ type: 'unsnooze', agent: 'ana' });
    expect(dataOf(play, 'enquiry.unsnoozed')).toMatchObject({ by: 'ana' });
  });

  test('of an answer that is taken back, and of a transfer that is', () => {
    const play = served().send({ type: 'reply', agent: 'ana', draft: 'd', digest: 'x' });
    play.send({ type: 'unsend', agent: 'ana', mail: 'o-1' });
    expect(dataOf(play, 'message.taken-back')).toMatchObject({ by: 'ana', message: { outbox: 'o-1' } });
    play.answers.reserveAgent = reserved('ben');
    play.send({ type: 'transfer', agent: 'ana', to: { agent: 'ben' } });
    expect(typesOf(play)).not.toContain('transfer.undone');
    play.send({ type: 'undo-transfer', agent: 'ana' });
    expect(dataOf(play, 'transfer.undone')).toMatchObject({ by: 'ana' });
  });

  test('of a close that is taken back, and of each time an enquiry is opened again, by whatever it is', () => {
    const reopened = (play: Play) => typesOf(play).filter((type) => type === 'enquiry.reopened').length;
    const play = served().send({ type: 'close', agent: 'ana', notify: false });
    play.send({ type: 'undo-close', agent: 'ana', withinMs: HOUR });
    expect(dataOf(play, 'enquiry.close-undone')).toMatchObject({ by: 'ana' });
    expect(reopened(play)).toBe(0);
    play.send({ type: 'close', agent: 'ana', notify: false }).send({ type: 'reopen', agent: 'ana' });
    expect(reopened(play)).toBe(1);
    play.send({ type: 'spam', agent: 'ana' }).send({ type: 'not-spam', agent: 'ana' });
    expect(reopened(play)).toBe(2);
    const flow = { ...ringFlow(), closedReply: { reopenWithin: '14d', at: ringFlow().start ?? '' } };
    const written = new Play(flow).start();
    written.send({ type: 'accept', agent: 'ana', offer: written.offer });
    written.send({ type: 'close', agent: 'ana', notify: false });
    written.send({ type: 'mail', message: aMessage({ id: 'message-2' }) });
    expect([reopened(written), written.now.status]).toEqual([1, 'ringing']);
  });

  test('of what comes in a side thread apart from what the contact writes', () => {
    const play = served().send({ type: 'mail', message: aMessage({ id: 'side-1', side: true }) });
    expect(dataOf(play, 'side-message.received')).toMatchObject({ message: { id: 'side-1' } });
    expect(typesOf(play)).not.toContain('message.received');
  });

  test('of a mail that did not arrive, once: where the enquiry was merged the elder one tells it', () => {
    const failed = { type: 'delivery-failed', outboxId: 'o-1', how: 'bounced' } as const;
    const play = served().send(failed);
    expect(dataOf(play, 'message.failed')).toMatchObject({ message: { outbox: 'o-1' }, why: 'bounced' });
    play.send({ type: 'merge', agent: 'ana', into: 'e-elder', number: 7 }).timePasses();
    play.send({ ...failed, outboxId: 'o-2' });
    expect(told(play).filter(({ type }) => type === 'message.failed')).toEqual([]);
    expect(dataOf(play, 'enquiry.merged')).toMatchObject({ by: 'ana', into: { id: 'e-elder', number: 7 } });
  });

  test('of an agreed time that is nearly over, and over', () => {
    const sla = { firstResponse: '2h', warnBefore: '30m' };
    const play = new Play(ringFlow({}, { sla }), { reserveFor: reserved('ana') }).start();
    play.at = START + 1.6 * HOUR;
    play.send({ type: 'clock' });
    expect(dataOf(play, 'enquiry.sla-warned')).toMatchObject({ sla: 'firstResponse' });
    play.at = START + 2.1 * HOUR;
    play.send({ type: 'clock' });
    expect(dataOf(play, 'enquiry.sla-breached')).toMatchObject({ sla: 'firstResponse' });
  });

  test('of what nobody took, and of what was given up', () => {
    const play = new Play(ringFlow(), { reserveAgent: nobody('offline') }).start();
    expect([play.now.status, typesOf(play).includes('enquiry.missed')]).toEqual(['missed', true]);
    const given = served().send({ type: 'release', agent: 'ana' });
    expect(dataOf(given, 'enquiry.released')).toMatchObject({ by: 'ana' });
  });
});

import type { Tale } from '../support/tales-of-acts';
import { talesOfActs } from '../support/tales-of-acts';
import { startDyingDesk, type DyingDesk } from '../support/dying-desk';

jest.setTimeout(300_000);

type Tales = Awaited<ReturnType<typeof talesOfActs>>;

/** An act and the writes after which Ringpost dies in it. */
const acts: { what: string; tale: keyof Tales; points: string[] }[] = [
  {
    what: 'an answer is taken back',
    tale: 'undo',
    points: ['outbox.undo', 'drafts.restore', 'enquiries.unschedule'],
  },
  { what: 'an answer is to leave later', tale: 'later', points: ['drafts.markSent', 'enquiries.schedule'] },
  { what: 'a planned answer is put off', tale: 'moved', points: ['outbox.move'] },
  { what: 'a planned answer leaves now', tale: 'now', points: ['outbox.handOver'] },
  { what: 'an enquiry is spam', tale: 'spam', points: ['closedHours.keep'] },
  { what: 'many are closed at once', tale: 'many', points: ['jobs.start', 'jobs.beat', 'jobs.end'] },
  { what: 'held mail is thrown away', tale: 'discardHeld', points: ['heldActs.ask', 'outbox.discard'] },
  { what: 'held mail is let go', tale: 'releaseHeld', points: ['outboxDue.due', 'outbox.release'] },
  { what: 'an enquiry is laid aside', tale: 'snooze', points: ['enquiries.record'] },
  { what: 'an enquiry is opened again', tale: 'reopen', points: ['agents.reserve', 'enquiries.record'] },
  { what: 'a close is taken back', tale: 'undoClose', points: ['outbox.discard'] },
  {
    what: 'all of an agent is handed over',
    tale: 'handOver',
    points: ['jobs.start', 'messages.insert', 'enquiries.record'],
  },
];

describe('Ringpost that dies by kill -9 right after a write of an act, asked again', () => {
  let dying: DyingDesk;
  let tales: Tales;
  beforeAll(async () => {
    dying = await startDyingDesk();
    tales = await talesOfActs(dying);
  });
  afterAll(() => dying?.end());

  const cases = acts.flatMap(({ points, ...act }) => points.map((point) => ({ ...act, point })));

  test.each(cases)('$what, and it dies after $point: done once', async ({ point, tale }) => {
    const { act, stands, environment }: Tale = await tales[tale]();
    const done = await dying.askedTwice(point, act, environment);
    const refused = done.status > 201 ? done.body : null;
    expect(refused).toBeNull();
    await stands();
  });
});

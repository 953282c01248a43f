import { createActivities } from '../../activities';
import type { EnquiryState, SlaClock, TraceEntry } from '../../flows/state';
import { found } from '../support/found';
import { anEnquiry } from '../support/mails-of-work';
import { startDesk, type Ask, type Desk } from './desk';

/** What lists and reports say of the times that flows agree on. */
describe('agreed times', () => {
  let desk: Desk;
  let sue: Ask;
  beforeAll(async () => {
    desk = await startDesk();
    sue = await desk.as('sue');
  });
  afterAll(() => desk.stop());

  const clock = (changes: Partial<SlaClock>): SlaClock => ({
    state: 'running',
    wholeMs: 3_600_000,
    warnMs: 0,
    leftMs: 3_600_000,
    warned: false,
    warnAt: Date.now() + 3_600_000,
    dueAt: Date.now() + 3_600_000,
    endedAt: null,
    ...changes,
  });

  /** Records these clocks, and this story, over what the run of an enquiry recorded. */
  async function recorded(sla: EnquiryState['sla'], told: Pick<TraceEntry, 'outcome' | 'at' | 'detail'>[] = []) {
    const { store, ports } = desk.work;
    const id = await anEnquiry(desk.work, { from: `${Math.random()}@customers.test` });
    const { state, memory, seq } = await found('a rest', async () => {
      const one = await store.enquiries.get(id);
      return one?.status === 'ringing' ? one : null;
    });
    if (!state || !memory) throw new Error('There is no state.');
    const trace = told.map((each, index) => ({ ...each, seq: seq + index + 1, node: null, kind: 'sla', what: 'x' }));
    const next: EnquiryState = { ...state, seq: seq + told.length + 1, ...(sla ? { sla } : {}) };
    await createActivities(ports).record({
      enquiryId: id,
      run: { workflowId: 'w', runId: 'r' },
      base: seq,
      carried: { state: next, ...memory },
      trace,
      awaited: 'a ring',
      until: null,
      result: null,
    });
    return id;
  }

  test('are listed by how an enquiry stands to those that are owed, with the rights of whoever asks', async () => {
    const calm = await recorded({ resolution: clock({}) });
    const hurried = await recorded({
      firstResponse: clock({ state: 'met', endedAt: 1 }),
      resolution: clock({ warned: true }),
    });
    const over = await recorded({ firstResponse: clock({ state: 'breached' }), resolution: clock({ warned: true }) });
    const answered = await recorded({ firstResponse: clock({ state: 'breached', endedAt: 1 }) });
    const listed = async (who: Ask, query: string): Promise<string[]> =>
      (await who('GET', `/v1/enquiries?${query}`)).body.items.map(({ id }: { id: string }) => id);
    expect(await listed(sue, 'sla=breached')).toEqual([over]);
    expect((await listed(sue, 'sla=breached&sla=warned')).toSorted()).toEqual([hurried, over].toSorted());
    expect(await listed(sue, 'sla=running')).toEqual([calm]);
    expect(await listed(await desk.as('carl'), 'sla=breached')).toEqual([]);
    expect((await sue('GET', `/v1/enquiries/${answered}`)).body.slaState).toBeNull();
    expect((await sue('GET', '/v1/enquiries?sla=late')).body.code).toBe('wrong-query');
    const preview = await sue('POST', '/v1/bulk/preview', {
      body: { act: 'tag', filter: { sla: ['breached'] }, add: ['late'] },
    });
    expect(preview.body.count).toBe(1);
  });

  test('that an answer met which was taken back are not counted as met, on the day it was given', async () => {
    const at = Date.UTC(2026, 2, 2, 23, 59, 55);
    const detail = { sla: 'firstResponse' };
    await recorded(undefined, [
      { outcome: 'met', at, detail },
      { outcome: 'unmet', at: at + 8_000, detail: { ...detail, at } },
    ]);
    await recorded(undefined, [{ outcome: 'met', at, detail }]);
    await desk.work.store.figures.drain(new Date());
    const { body } = await sue('GET', '/v1/reports/sla?from=2026-03-02&to=2026-03-03&channel=support');
    expect(body.days.map(({ day }: { day: string }) => day)).toEqual(['2026-03-02']);
    expect(body.total.firstResponse).toEqual({ met: 1, warned: 0, breached: 0 });
  });
});

import type { Flow } from '../../flows/flow';
import { aFlow } from '../support/a-flow';
import { newAgent, type Colleague } from '../support/colleague';
import { anEmail, mailFor, sendMail } from '../support/customer';
import { startDemoDesk, type DemoDesk } from '../support/demo-desk';
import {
  accept,
  acceptRing,
  close,
  enquiryOf,
  enquiryWhen,
  offersOf,
  reply,
  ringAt,
  says,
  told,
  type EnquiryPage,
} from '../support/desk-work';
import { aGroup, publish } from '../support/settings-work';
import { expectNothingPersonal } from '../support/temporal-view';

jest.setTimeout(300_000);

describe('who is rung, and what comes of it', () => {
  let desk: DemoDesk;
  let cy: Colleague;
  beforeAll(async () => {
    desk = await startDemoDesk();
    cy = await newAgent(desk.product, desk.admin, 'cy');
    await aGroup(desk.admin, 'first', [desk.ann]);
    await aGroup(desk.admin, 'second', [desk.bob]);
    await aGroup(desk.admin, 'both', [desk.ann, desk.bob]);
    await aGroup(desk.admin, 'all', [desk.ann, desk.bob, cy]);
  });
  afterAll(() => desk?.product.remove());
  beforeEach(async () => {
    for (const agent of [desk.ann, desk.bob]) await says(agent, 'available');
    await says(cy, 'offline');
  });

  describe('which destination', () => {
    test('RO1.1 alternative: groups are rung in their order, the next when nobody takes it', async () => {
      const { ann, bob, admin } = desk;
      const flow = aFlow({ id: 'in-order', destinations: [{ group: 'first' }, { group: 'second' }] });
      const to = await desk.addressOf(flow);
      const { id } = await desk.write({ to });
      await ann.post(`/v1/offers/${(await ringAt(ann, id)).id}/decline`);
      await acceptRing(bob, id);
      expect(await desk.statusOf(id, 'ongoing')).toMatchObject({ assignee: 'bob', group: 'second' });
      expect(await told(admin, id)).toMatch(
        /An agent declined \(by Ann Agent \(ann\)\)[^]*Rings at an agent .*Bob Agent/,
      );

      await says(ann, 'offline');
      const next = await desk.write({ to });
      await acceptRing(bob, next.id);
      expect(await told(admin, next.id)).toContain('Nobody of the group is online');
    });

    test('RO1.2 percentage: each group gets its share, and shares that are not the whole are refused', async () => {
      const { admin, ann, bob } = desk;
      const shares = (a: number, b: number): Flow =>
        aFlow({
          id: 'shares',
          rule: 'percentage',
          destinations: [
            { group: 'first', percent: a },
            { group: 'second', percent: b },
          ],
        });
      const to = await desk.addressOf(shares(100, 0));
      await acceptRing(ann, (await desk.write({ to })).id);
      const other = await publish(admin, shares(0, 100));
      expect(other.revision).toBe(2);
      await admin.patch('/v1/channels/shares', { flow: other });
      await acceptRing(bob, (await desk.write({ to })).id);
      await expect(publish(admin, shares(70, 20))).rejects.toThrow('E602');
    });

    test('RO1.3 time: who is open in the time zone of the flow is rung, the rest is covered by the others', async () => {
      const { ann, bob } = desk;
      const byHours = (id: string, timezone: string): Flow =>
        aFlow({
          id,
          rule: 'schedule',
          timezone,
          destinations: [{ group: 'first', hours: 'mon-sun 10:00-15:00' }, { group: 'second' }],
        });
      const noon = await desk.addressOf(byHours('at-noon', zoneWhereItIs(12)));
      const midnight = await desk.addressOf(byHours('at-midnight', zoneWhereItIs(0)));
      await acceptRing(ann, (await desk.write({ to: noon })).id);
      await acceptRing(bob, (await desk.write({ to: midnight })).id);
    });
  });

  describe('which agent', () => {
    test('RO2.1 load-based: who holds fewest is rung, and the decision says so', async () => {
      const { admin, ann, bob } = desk;
      const to = await desk.addressOf(aFlow({ id: 'by-load', destinations: [{ group: 'all' }] }));
      const load = async (agent: Colleague): Promise<number> =>
        (await admin.get<{ load: number }>(`/v1/agents/${agent.id}`)).load;
      for (let mails = 0; mails < 3; mails += 1) {
        const [less, more] = (await load(ann)) <= (await load(bob)) ? [ann, bob] : [bob, ann];
        const { id } = await desk.write({ to });
        await acceptRing(less, id);
        const { items } = await admin.get<{ items: { sentence: string }[] }>(`/v1/enquiries/${id}/decisions`);
        expect(items[0]?.sentence).toMatch(new RegExp(`^Why: chosen .*\\(${less.id}\\) \\(fewest.*\\(${more.id}\\)`));
      }
    });

    test('RO2.1 round-robin: agents are rung in turn, whatever they hold', async () => {
      const { ann, bob, admin } = desk;
      const flow = aFlow({ id: 'by-turns', destinations: [{ group: 'both' }], ring: { strategy: 'roundRobin' } });
      const to = await desk.addressOf(flow);
      const rung: (string | null)[] = [];
      for (let mails = 0; mails < 4; mails += 1) {
        const { id } = await desk.write({ to });
        const { offer } = await desk.statusOf(id, 'ringing');
        rung.push(offer?.agents[0] ?? null);
        await acceptRing(rung.at(-1) === 'ann' ? ann : bob, id);
        await enquiryWhen(admin, id, 'served', (page) => page.assignee !== null);
      }
      expect(rung.slice(2)).toEqual(rung.slice(0, 2));
      expect(rung.slice(0, 2).toSorted((a, b) => String(a).localeCompare(String(b)))).toEqual(['ann', 'bob']);
    });
  });

  describe('the ring', () => {
    test('RO3.1 RO3.3 only who is available and in the destination is rung, for 60 seconds by default', async () => {
      const { ann, bob } = desk;
      const to = await desk.addressOf(aFlow({ id: 'who', destinations: [{ group: 'first' }] }));
      await says(cy, 'available');
      const { id } = await desk.write({ to });
      const offer = await ringAt(ann, id);
      expect(Date.parse(offer.until) - Date.parse(offer.since)).toBeGreaterThan(50_000);
      expect(Date.parse(offer.until) - Date.parse(offer.since)).toBeLessThanOrEqual(60_000);
      for (const other of [bob, cy]) expect((await offersOf(other)).map((each) => each.enquiry)).not.toContain(id);
      await accept(ann, offer);

      await says(ann, 'busy');
      const { id: second } = await desk.write({ to });
      expect(await desk.statusOf(second, 'missed')).toMatchObject({ assignee: null, group: 'first' });
    });

    test('RO3.2 RO3.4 broadcast rings all, and of two who accept at once the first gets it; the other is told who and when', async () => {
      const { ann, bob, admin } = desk;
      const flow = aFlow({ id: 'broadcast', destinations: [{ group: 'all' }], ring: { strategy: 'ringAll' } });
      const to = await desk.addressOf(flow);
      for (let mails = 0; mails < 3; mails += 1) {
        const { id } = await desk.write({ to });
        const offers = [await ringAt(ann, id), await ringAt(bob, id)] as const;
        expect(offers.map((each) => each.broadcast)).toEqual([true, true]);
        const answers = await Promise.all([accept(ann, offers[0]), accept(bob, offers[1])]);
        const { assignee } = await enquiryWhen(admin, id, 'served', (page) => page.assignee !== null);
        const [winner, loser] = assignee === 'ann' ? answers : [answers[1], answers[0]];
        expect(winner.status).toBe(200);
        expect(loser).toMatchObject({ status: 409, body: { code: 'offer-taken', by: assignee } });
        expect(loser.body.detail).toMatch(/^(Ann|Bob) Agent took this enquiry at \d{4}-.*Z\./);
        expect(Date.parse(loser.body.at ?? '')).toBeLessThanOrEqual(Date.now());
        for (const agent of [ann, bob]) {
          expect((await offersOf(agent)).map((each) => each.enquiry)).not.toContain(id);
        }
      }
      const { id } = await desk.write({
        to: await desk.addressOf(aFlow({ id: 'direct', destinations: [{ group: 'all' }] })),
      });
      const ringing = await desk.statusOf(id, 'ringing');
      expect(ringing.offer).toMatchObject({ broadcast: false, agents: [expect.any(String)] });
    });

    test('an agent who declines is not asked again, and the next is asked at once', async () => {
      const { ann, bob, admin } = desk;
      await says(cy, 'available');
      const to = await desk.addressOf(aFlow({ id: 'declined', destinations: [{ group: 'all' }] }));
      const { id } = await desk.write({ to });
      const asked: string[] = [];
      for (let round = 0; round < 3; round += 1) {
        const { offer } = await enquiryWhen(admin, id, 'ringing at the next', ({ offer }) => {
          const agent = offer?.agents[0];
          return agent !== undefined && !asked.includes(agent);
        });
        const who = [ann, bob, cy].find((each) => each.id === offer?.agents[0]) ?? cy;
        asked.push(who.id);
        if (round < 2) await who.post(`/v1/offers/${offer?.id ?? ''}/decline`);
        else await who.post(`/v1/offers/${offer?.id ?? ''}/accept`);
      }
      expect(asked.toSorted((a, b) => a.localeCompare(b))).toEqual(['ann', 'bob', 'cy']);
      const late = [ann, bob, cy].find((each) => each.id === asked[0]) ?? cy;
      const answer = await late.ask('POST', `/v1/offers/${id}.1/accept`, {});
      expect(answer).toMatchObject({ status: 409, body: { code: 'offer-taken', by: asked[2] } });
    });

    test('an agent who goes offline or away while it rings passes it on at once', async () => {
      const { ann, bob, admin } = desk;
      const to = await desk.addressOf(aFlow({ id: 'gone', destinations: [{ group: 'all' }] }));
      for (const word of ['away', 'offline'] as const) {
        for (const agent of [ann, bob]) await says(agent, 'available');
        const { id } = await desk.write({ to });
        const { offer } = await desk.statusOf(id, 'ringing');
        const [first, next] = offer?.agents[0] === 'ann' ? [ann, bob] : [bob, ann];
        await says(first, word);
        await acceptRing(next, id);
        expect((await offersOf(first)).map((each) => each.enquiry)).not.toContain(id);
        expect(await told(admin, id)).not.toContain('Nobody answered in time');
      }
    });

    test('RO3.6 RO12.2 what nobody answers in time is missed and listed; who takes it follows it up', async () => {
      const { product, sam, ann, bob, admin } = desk;
      const flow = aFlow({ id: 'unanswered', destinations: [{ group: 'first' }], ring: { timeout: '1s' } });
      const mail = anEmail({ to: await desk.addressOf(flow) });
      await sendMail(product, mail);
      const { id } = await enquiryOf(admin, mail, 'missed');
      expect(await told(admin, id)).toContain('Nobody answered in time');
      await admin.patch('/v1/users/bob', { groups: ['support', 'first'] });
      const listed = await bob.get<{ items: EnquiryPage[] }>('/v1/enquiries?status=missed');
      expect(listed.items.map((each) => each.id)).toContain(id);

      await bob.post(`/v1/enquiries/${id}/take`);
      expect(await desk.statusOf(id, 'ongoing')).toMatchObject({ assignee: 'bob', awaiting: 'agent' });
      const late = await ann.ask('POST', `/v1/enquiries/${id}/take`, {});
      expect(late).toMatchObject({ status: 409, body: { code: 'already-assigned', by: 'bob' } });
      await reply(bob, id, 'I am sorry that you had to wait.');
      const answer = await mailFor(product, mail.from);
      expect(answer.text).toContain('I am sorry that you had to wait.');
      await close(bob, id);
      await desk.statusOf(id, 'closed');
      expect(
        (await sam.get<{ items: EnquiryPage[] }>('/v1/enquiries?status=missed')).items.map((each) => each.id),
      ).not.toContain(id);
    });

    test('RO12.1 what waits because all are full is listed and can be taken, by who has a free slot', async () => {
      const { ann, bob, admin } = desk;
      const to = await desk.addressOf(aFlow({ id: 'full', destinations: [{ group: 'first' }] }));
      const { load } = await admin.get<{ load: number }>('/v1/agents/ann');
      await admin.patch('/v1/agents/ann', { capacity: load });
      const { id } = await desk.write({ to });
      await enquiryWhen(
        admin,
        id,
        'in line',
        (page) => page.awaited?.what.startsWith('Waits in line for first') ?? false,
      );
      const listed = await ann.get<{ items: EnquiryPage[] }>('/v1/enquiries?status=waiting');
      expect(listed.items.map((each) => each.id)).toContain(id);
      expect(await ann.ask('POST', `/v1/enquiries/${id}/take`, {})).toMatchObject({
        status: 409,
        body: { code: 'agent-full' },
      });
      await bob.post(`/v1/enquiries/${id}/take`);
      expect(await desk.statusOf(id, 'ongoing')).toMatchObject({ assignee: 'bob' });

      const { id: second } = await desk.write({ to });
      await enquiryWhen(admin, second, 'in line', (page) => page.group === 'first');
      await admin.patch('/v1/agents/ann', { capacity: 50 });
      await acceptRing(ann, second);
    });
  });

  test('nobody who waited in line had to be moved by the clock, and the figures say so', async () => {
    const wanted = { name: 'figures', scopes: ['metrics'], expiresInDays: 1 };
    const { token } = await desk.admin.post<{ token: string }>('/v1/tokens', wanted);
    const headers = { authorization: `Bearer ${token}` };
    const figures = await (await fetch(`${desk.product.runtime.api}/metrics`, { headers })).text();
    expect(figures).toContain('\nringpost_line_entries_moved_by_clock 0\n');
  });

  test('nothing of all that tells anything personal to Temporal', async () => {
    const { texts, histories } = await expectNothingPersonal(desk.product, desk.admin);
    expect(texts).toBeGreaterThan(40);
    expect(histories).toBeGreaterThan(20);
  });
});

/** A time zone in which it is this hour of the day now. */
function zoneWhereItIs(hour: number): string {
  const ahead = ((hour - new Date().getUTCHours() + 24 + 11) % 24) - 11;
  // The names of Etc count westward.
  return ahead === 0 ? 'UTC' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}

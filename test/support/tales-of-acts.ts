import { randomUUID } from 'node:crypto';
import { aFlow } from './a-flow';
import { newAgent, type Answer, type Colleague } from './colleague';
import { anEmail, mailFor, mailsFor, sendMail } from './customer';
import {
  accept,
  acceptAtOneOf,
  acceptRing,
  close,
  enquiryOf,
  enquiryWhen,
  mailsThatLeft,
  messagesOf,
  offersOf,
  type EnquiryPage,
} from './desk-work';
import type { DyingDesk } from './dying-desk';
import { found } from './found';
import { aChannel, aGroup, publish } from './settings-work';

/** One act of somebody: how it is asked for, as often as need be, and what must stand in the end. */
export interface Tale {
  act(): Promise<Answer>;
  stands(): Promise<void>;
  /** Settings of every life of it. */
  environment?: Record<string, string>;
}

interface Serving {
  id: string;
  from: string;
  agent: Colleague;
}

interface Items<T> {
  items: T[];
}

const tomorrow = (): string => new Date(Date.now() + 86_400_000).toISOString();
const fresh = (): string => randomUUID().slice(0, 8);
const UNDO = { RINGPOST_UNDO: '10min' };

/** Acts of people, each with a beginning of its own; who dies in one and asks again finds it done once. */
export async function talesOfActs(dying: DyingDesk) {
  const { desk } = dying;
  const quiet = await publish(desk.admin, aFlow({ id: 'quiet', ring: { timeout: '8h' } }));

  /** An enquiry that an agent has, at an address of its own: its sender begins at once after a death. */
  async function serve(): Promise<Serving> {
    const to = await aChannel(desk.admin, `c-${fresh()}`, { flow: quiet });
    const { id, mail } = await desk.write({ to });
    const agent = await acceptAtOneOf([desk.ann, desk.bob], id);
    return { id, from: mail.from, agent };
  }
  const loadOf = async ({ id }: Colleague) => (await desk.admin.get<{ load: number }>(`/v1/agents/${id}`)).load;
  const pageOf = (id: string) => desk.admin.get<EnquiryPage>(`/v1/enquiries/${id}`);
  const textsFor = async (address: string) => (await mailsFor(desk.product, address)).map(({ text }) => text.trim());
  /** What the audit log says of something. */
  const saidOf = async (about: string) => {
    const path = `/v1/audit?about=${encodeURIComponent(about)}`;
    return (await desk.admin.get<Items<{ what: string; before: Record<string, unknown> | null }>>(path)).items;
  };
  const plannedOf = async ({ agent, id }: Serving) => {
    const { items } = await agent.get<Items<{ id: string; enquiry: string; sendAfter: string }>>('/v1/scheduled-mails');
    return items.filter(({ enquiry }) => enquiry === id);
  };
  const planned = async ({ agent, id }: Serving, text: string) => {
    const body = { text, sendAfter: tomorrow() };
    const { detail } = await agent.post<{ detail: { outbox: string } }>(`/v1/enquiries/${id}/replies`, body);
    return detail.outbox;
  };
  /** Sent at last, it comes once; of one that died in the hand-over its agent is told, and it comes once at most. */
  async function comesOnce(serving: Serving, text: string): Promise<void> {
    for (const { id } of await plannedOf(serving)) await serving.agent.ask('POST', `/v1/outbox/${id}/send-now`);
    const [mail, ...more] = await mailsThatLeft(desk.admin, serving.id, () => true);
    expect(more).toEqual([]);
    const sent = mail?.delivery?.state === 'sent';
    if (sent) await mailFor(desk.product, serving.from);
    const came = (await textsFor(serving.from)).filter((each) => each.startsWith(text)).length;
    expect(came).toBe(sent ? 1 : Math.min(came, 1));
    const turn = sent ? 'contact' : 'agent';
    await enquiryWhen(desk.admin, serving.id, `the ${turn}'s turn`, ({ awaiting }) => awaiting === turn);
  }

  /** Lists are written after the record; the repeated burst writes what the death kept from them. */
  const listedOnce = (who: Colleague, filter: string, id: string) =>
    found(`${id} to be listed once under ${filter}`, async () => {
      const { items } = await who.get<Items<{ id: string }>>(`/v1/enquiries?${filter}`);
      return items.filter((each) => each.id === id).length === 1 ? true : null;
    });

  async function undo(): Promise<Tale> {
    const serving = await serve();
    const { id, agent, from } = serving;
    const outbox = await planned(serving, 'Taken back.');
    const key = fresh();
    return {
      act: () => agent.ask('POST', `/v1/outbox/${outbox}/undo`, undefined, key),
      async stands() {
        expect(await agent.get(`/v1/enquiries/${id}/draft`)).toMatchObject({ text: 'Taken back.' });
        const [, answer, ...more] = await messagesOf(desk.admin, id);
        expect(answer).toMatchObject({ delivery: { state: 'discarded' } });
        expect(more).toEqual([]);
        expect(await plannedOf(serving)).toEqual([]);
        await enquiryWhen(desk.admin, id, "the agent's turn", ({ awaiting }) => awaiting === 'agent');
        expect(await textsFor(from)).toEqual([]);
      },
    };
  }

  async function later(): Promise<Tale> {
    const serving = await serve();
    const { id, agent } = serving;
    const [key, body] = [fresh(), { text: 'Good morning.', sendAfter: tomorrow() }];
    return {
      act: () => agent.ask('POST', `/v1/enquiries/${id}/replies`, body, key),
      async stands() {
        expect(await plannedOf(serving)).toMatchObject([{ sendAfter: body.sendAfter }]);
        expect(await pageOf(id)).toMatchObject({ scheduled: [{ sendAfter: body.sendAfter }], awaiting: 'contact' });
        await comesOnce(serving, 'Good morning.');
      },
    };
  }

  async function moved(): Promise<Tale> {
    const serving = await serve();
    const outbox = await planned(serving, 'Put off.');
    const sendAfter = new Date(Date.now() + 3 * 86_400_000).toISOString();
    const [before] = await plannedOf(serving);
    return {
      act: () => serving.agent.ask('POST', `/v1/outbox/${outbox}/reschedule`, { sendAfter }),
      async stands() {
        expect(await plannedOf(serving)).toMatchObject([{ sendAfter }]);
        // Who died before he could say so is followed by somebody who says it for him.
        const first = (await saidOf(outbox)).filter((each) => each.before?.['sendAfter'] === before?.sendAfter);
        expect(first).toMatchObject([{ what: 'outbox.reschedule', after: { sendAfter } }]);
        await comesOnce(serving, 'Put off.');
      },
    };
  }

  async function now(): Promise<Tale> {
    const serving = await serve();
    const outbox = await planned(serving, 'After all now.');
    return {
      act: async () => {
        const done = await serving.agent.ask('POST', `/v1/outbox/${outbox}/send-now`);
        // It left before the request was repeated.
        return done.body.code === 'mail-left' ? { ...done, status: 200 } : done;
      },
      stands: () => comesOnce(serving, 'After all now.'),
    };
  }

  async function spam(): Promise<Tale> {
    const { id, agent, from } = await serve();
    const before = await loadOf(agent);
    const key = fresh();
    return {
      act: () => agent.ask('POST', `/v1/enquiries/${id}/spam`, {}, key),
      async stands() {
        await desk.statusOf(id, 'closed');
        await listedOnce(desk.admin, 'spam=true', id);
        expect(await textsFor(from)).toEqual([]);
        expect(await loadOf(agent)).toBe(before - 1);
      },
    };
  }

  async function many(): Promise<Tale> {
    const serving = [await serve(), await serve(), await serve()];
    const body = { act: 'close', ids: serving.map(({ id }) => id), disposition: 'outage' };
    const key = fresh();
    return {
      act: () => desk.admin.ask('POST', '/v1/bulk', body, key),
      async stands() {
        const { body: job } = await desk.admin.ask<{ id: string; state: string }>('POST', '/v1/bulk', body, key);
        const over = await found(`bulk job ${job.id} to be over`, async () => {
          const stands = await desk.admin.get<{ state: string; done: number }>(`/v1/bulk/${job.id}`);
          return stands.state === 'running' ? null : stands;
        });
        expect(over).toMatchObject({ state: 'done', done: 3, result: { refused: 0 } });
        expect(await saidOf(job.id)).toMatchObject([{ what: 'enquiry.bulk', after: { act: 'close', count: 3 } }]);
        for (const { id, from } of serving) {
          expect(await desk.statusOf(id, 'closed')).toMatchObject({ disposition: 'outage' });
          await mailFor(desk.product, from);
          expect(await textsFor(from)).toHaveLength(1);
        }
      },
    };
  }

  const held = (what: 'discard' | 'release') => async (): Promise<Tale> => {
    const channel = `h-${fresh()}`;
    const to = await aChannel(desk.admin, channel, { flow: quiet });
    const serving: Serving[] = [];
    for (let at = 0; at < 3; at += 1) {
      const { id, mail } = await desk.write({ to });
      const agent = await acceptAtOneOf([desk.ann, desk.bob], id);
      serving.push({ id, from: mail.from, agent });
    }
    await desk.admin.post('/v1/outbox/brake', { on: true, channel });
    for (const { agent, id } of serving) await close(agent, id, { notify: true });
    const listed = async () => (await desk.admin.get<Items<object>>(`/v1/outbox?state=held&channel=${channel}`)).items;
    await found('three to be held', async () => ((await listed()).length === 3 ? true : null));
    return {
      act: () => desk.admin.ask('POST', `/v1/outbox/held/${what}`, { channel }),
      async stands() {
        // What the dead request left over is done by the clock.
        await found('nothing to be held', async () => ((await listed()).length === 0 ? true : null));
        for (const { id, from } of serving) {
          if (what === 'release') await mailFor(desk.product, from);
          expect(await textsFor(from)).toHaveLength(what === 'release' ? 1 : 0);
          const state = what === 'release' ? 'sent' : 'discarded';
          await found(`the notice of ${id} to be ${state}`, async () => {
            const out = (await messagesOf(desk.admin, id)).filter(({ direction }) => direction === 'out');
            return out.length === 1 && out[0]?.delivery?.state === state ? true : null;
          });
        }
      },
    };
  };

  async function snooze(): Promise<Tale> {
    const { id, agent } = await serve();
    const before = await loadOf(agent);
    const [key, body] = [fresh(), { until: tomorrow() }];
    return {
      act: () => agent.ask('POST', `/v1/enquiries/${id}/snooze`, body, key),
      async stands() {
        expect(await desk.statusOf(id, 'snoozed')).toMatchObject({ assignee: agent.id, snooze: body });
        expect(await loadOf(agent)).toBe(before - 1);
        await listedOnce(agent, 'status=snoozed&mine=true', id);
      },
    };
  }

  async function reopen(): Promise<Tale> {
    const { id, agent } = await serve();
    await close(agent, id);
    await desk.statusOf(id, 'closed');
    const before = await loadOf(agent);
    const key = fresh();
    return {
      act: () => agent.ask('POST', `/v1/enquiries/${id}/reopen`, {}, key),
      async stands() {
        expect(await desk.statusOf(id, 'ongoing')).toMatchObject({ assignee: agent.id });
        expect(await loadOf(agent)).toBe(before + 1);
        await listedOnce(agent, 'mine=true&limit=200', id);
      },
    };
  }

  async function undoClose(): Promise<Tale> {
    await dying.startAgain(UNDO);
    const { id, agent, from } = await serve();
    await close(agent, id, { notify: true });
    await desk.statusOf(id, 'closed');
    const key = fresh();
    return {
      environment: UNDO,
      act: () => agent.ask('POST', `/v1/enquiries/${id}/close/undo`, {}, key),
      async stands() {
        expect(await desk.statusOf(id, 'ongoing')).toMatchObject({ assignee: agent.id });
        await found('its notice to be discarded', async () => {
          const [notice, ...more] = (await messagesOf(desk.admin, id)).filter(({ direction }) => direction === 'out');
          return notice?.delivery?.state === 'discarded' && more.length === 0 ? true : null;
        });
        expect(await textsFor(from)).toEqual([]);
      },
    };
  }

  async function handOver(): Promise<Tale> {
    const name = `l-${fresh()}`;
    const leaving = await newAgent(desk.product, desk.admin, name);
    await aGroup(desk.admin, name, [leaving]);
    await leaving.put('/v1/presence', { word: 'available' });
    const to = await desk.addressOf(aFlow({ id: name, destinations: [{ group: name }], ring: { timeout: '8h' } }));
    const ids: string[] = [];
    for (let at = 0; at < 3; at += 1) {
      const mail = anEmail({ to });
      await sendMail(desk.product, mail);
      const { id } = await enquiryOf(desk.admin, mail);
      await acceptRing(leaving, id);
      ids.push(id);
    }
    const body = { to: { agent: 'bob' }, note: 'He has left.' };
    return {
      act: () => desk.admin.ask('POST', `/v1/agents/${name}/hand-over`, body),
      async stands() {
        for (const id of ids) {
          // Whose accept meets the run while it finds out what was done before the death is asked to look again.
          await found(`${id} to be bob's`, async () => {
            const offer = (await offersOf(desk.bob)).find((each) => each.enquiry === id);
            return offer && (await accept(desk.bob, offer)).status === 200 ? true : null;
          });
          const notes = (await messagesOf(desk.admin, id)).filter(({ direction }) => direction === 'note');
          expect(notes.map(({ text }) => text)).toContain('He has left.');
        }
        expect(await loadOf(leaving)).toBe(0);
        await found('every hand-over to be over', async () => {
          const { items } = await desk.admin.get<Items<{ about: string; state: string }>>('/v1/jobs?kind=hand-over');
          const his = items.filter(({ about }) => about === name);
          return his.length > 0 && his.every(({ state }) => state === 'done') ? true : null;
        });
      },
    };
  }

  return {
    undo,
    later,
    moved,
    now,
    spam,
    many,
    discardHeld: held('discard'),
    releaseHeld: held('release'),
    snooze,
    reopen,
    undoClose,
    handOver,
  };
}

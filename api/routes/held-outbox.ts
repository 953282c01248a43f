import type { HeldAct } from '../../store/held-acts';
import { recordChange } from '../audit-trail';
import { ok, route, type Call, type Route } from '../http/route';
import { named, object, whole } from '../http/schema';
import { actOnMail } from '../outbox-act';
import type { ApiPorts } from '../ports';
import { id } from '../shapes/basics';
import { maySeeChannelMail } from '../visibility';

/** So many are done before the answer; the worker's clock does the others. */
const mostAtOnce = 50;

const words: Record<HeldAct['what'], string> = { release: 'released', discard: 'discarded' };

/** Decides about all held mail that flows wrote, of a channel or of all that the caller may see. */
export const heldOutboxRoutes = (ports: ApiPorts): Route[] => {
  const bulk = (what: HeldAct['what'], declared: Pick<Route, 'id' | 'summary'>): Route =>
    route({
      ...declared,
      method: 'post',
      path: `/v1/outbox/held/${what}`,
      tag: 'outbox',
      description: `The first ${mostAtOnce} are done before the answer, the others soon after it, also over a restart. Mail that is queued later is not meant, nor answers of people, which wait because the contact has written since: their authors decide.`,
      body: object({}, { channel: id('Only of this channel; of all when absent.') }),
      example: { channel: 'support' },
      answers: {
        200: named(
          'HeldMails',
          object({
            changed: whole({ description: 'How many mails are done.' }),
            left: whole({ description: 'How many are still to be done.' }),
          }),
        ),
      },
      handle: async (call) => ok(await actOnAll(ports, call, what, call.body.channel)),
    });
  return [
    bulk('release', { id: 'releaseHeld', summary: 'Let all held automatic mails go' }),
    bulk('discard', { id: 'discardHeld', summary: 'Throw all held automatic mails away' }),
  ];
};

/** The word is kept first: what a process that dies in the middle leaves over is done by the clock. */
async function actOnAll(
  ports: ApiPorts,
  call: Call,
  what: HeldAct['what'],
  channel: string | undefined,
): Promise<{ changed: number; left: number }> {
  const { store, now } = ports;
  const held = await store.outbox.heldOf(channel);
  const mine = held.filter((entry) => maySeeChannelMail(call.caller, entry.channel));
  const askedAt = now();
  const channels = [...new Set(mine.map((entry) => entry.channel))];
  const acts = await Promise.all(
    channels.map((each) => store.heldActs.ask(each, { what, by: call.caller.id, askedAt })),
  );
  let changed = 0;
  for (const entry of mine.slice(0, mostAtOnce)) {
    const how = (mail: typeof entry, at: Date) => store.outbox[what](mail._id, at);
    if (await actOnMail(ports, call, entry, words[what], how)) changed += 1;
  }
  const left = Math.max(0, mine.length - mostAtOnce);
  if (left === 0) await Promise.all(acts.map((act) => store.heldActs.end(act)));
  else {
    const about = { what: `outbox.${what}-held`, about: channel ?? 'all channels' };
    await recordChange(ports, call, { ...about, before: { held: mine.length }, after: { changed, left } });
  }
  return { changed, left };
}

import type { Agent, PendingOffer } from '../../store/agents';
import type { Enquiry } from '../../store/enquiries';
import { acceptUpdate, declineUpdate } from '../../workflows/messages';
import { notFound } from '../api-error';
import type { Caller } from '../caller';
import { actAnswers, actErrors, createEnquiryActs, type EnquiryActs } from '../enquiry-acts';
import { ok, route, type Route } from '../http/route';
import { flag, instant, list, named, object, text, whole, type TypeOf } from '../http/schema';
import { mustStandAlone } from '../merged';
import type { ApiPorts } from '../ports';
import { keepNoteText } from '../notes';
import { iso } from '../shapes/basics';
import { maySeeEnquiry } from '../visibility';
import { earlierOutcome, nameAct, type WantedAct } from '../wanted-act';

const offerShape = named(
  'Offer',
  object({
    id: text(),
    enquiry: text(),
    number: whole(),
    channel: text(),
    subject: text(),
    since: instant('Rings since.'),
    until: instant('Rings until; then it is missed.'),
    broadcast: flag('Rings at others too; the first to accept gets it.'),
  }),
);

const view = (offer: PendingOffer, subject: string): TypeOf<typeof offerShape> => ({
  id: offer.offer,
  enquiry: offer.enquiry,
  number: offer.number,
  channel: offer.channel,
  subject,
  since: iso(offer.since),
  until: iso(offer.until),
  broadcast: offer.broadcast,
});

/** Offers: what rings at me. */
export const offerRoutes = (ports: ApiPorts): Route[] => [...listRoutes(ports), ...answeringRoutes(ports)];

const ringing = ({ now }: ApiPorts, agent: Agent | null): PendingOffer[] => {
  const at = now();
  return Object.values(agent?.offers ?? {}).filter((offer) => offer.until > at);
};

/**
 * The enquiry of an offer: offers are named `<enquiry>.<number>`, so one that is over can be told of too. While it stands
 * at the agent the run is asked, be its time over or not: an accept that waits in a run that died may yet be carried out.
 */
async function enquiryOf(
  ports: ApiPorts,
  caller: Caller,
  offer: string,
): Promise<{ enquiry: Enquiry; rings: boolean }> {
  const { store } = ports;
  const agent = await store.agents.get(caller.id);
  const pending = Object.values(agent?.offers ?? {}).find((each) => each.offer === offer);
  const enquiry = await store.enquiries.get(pending?.enquiry ?? offer.slice(0, Math.max(0, offer.lastIndexOf('.'))));
  const asked = [...(enquiry?.state?.asked ?? []), ...(enquiry?.state?.missedBy ?? [])].includes(caller.id);
  if (!enquiry || !(pending || asked || maySeeEnquiry(caller, enquiry))) throw notFound('offer', offer);
  return { enquiry, rings: pending !== undefined };
}

/** The store is asked first: who comes late is told so without a word to the run. */
async function tooLate(acts: EnquiryActs, wanted: WantedAct, rings: boolean) {
  const { caller, enquiry } = wanted;
  if (rings || earlierOutcome(wanted)) return null;
  mustStandAlone(enquiry);
  const { assignee, state, closedAt } = enquiry;
  const accepts = wanted.kind === 'accept';
  if (assignee === null) return acts.answer(wanted, { ok: false, code: 'offer-over' });
  if (assignee === caller.id) {
    // It is his already; what he has closed meanwhile is not.
    if (accepts && closedAt === null) return acts.answer(wanted, { ok: true });
    return acts.answer(wanted, { ok: false, code: accepts ? 'enquiry-closed' : 'offer-over' });
  }
  const at = state?.assignedAt ?? enquiry.changedAt.getTime();
  return acts.answer(wanted, { ok: false, code: 'offer-taken', by: assignee, at });
}

function listRoutes(ports: ApiPorts): Route[] {
  const { store } = ports;
  return [
    route({
      id: 'listOffers',
      method: 'get',
      path: '/v1/offers',
      tag: 'desk',
      summary: 'List what rings at me, soonest over first',
      answers: { 200: named('OfferList', object({ items: list(offerShape) })) },
      handle: async ({ caller }) => {
        const offers = ringing(ports, await store.agents.get(caller.id)).toSorted(
          (a, b) => a.until.getTime() - b.until.getTime(),
        );
        // Not from the lists: an enquiry may ring a moment before it stands in them.
        const enquiries = await store.enquiries.getMany(offers.map(({ enquiry }) => enquiry));
        const subjects = new Map(enquiries.map(({ _id, subject }) => [_id, subject]));
        return ok({ items: offers.map((offer) => view(offer, subjects.get(offer.enquiry) ?? '')) });
      },
    }),
  ];
}

function answeringRoutes(ports: ApiPorts): Route[] {
  const acts = createEnquiryActs(ports);
  return [
    route({
      id: 'acceptOffer',
      method: 'post',
      path: '/v1/offers/{id}/accept',
      tag: 'desk',
      summary: 'Accept an offer',
      description: 'Of several agents who accept at once exactly one gets the enquiry; the others are told who.',
      answers: actAnswers,
      errors: ['offer-taken', 'offer-over', 'agent-full', ...actErrors],
      handle: async ({ caller, params, key }) => {
        const { enquiry, rings } = await enquiryOf(ports, caller, params.id);
        const wanted = nameAct({ caller, enquiry, kind: 'accept', key }, params.id);
        return (
          (await tooLate(acts, wanted, rings)) ??
          acts.perform(wanted, { update: acceptUpdate, input: async () => ({ offer: params.id }) })
        );
      },
    }),
    route({
      id: 'declineOffer',
      method: 'post',
      path: '/v1/offers/{id}/decline',
      tag: 'desk',
      summary: 'Decline an offer; the next agent is asked at once',
      body: object(
        {},
        { reason: text({ min: 1, max: 500, description: 'Why; stands in the timeline, for colleagues.' }) },
      ),
      example: { reason: 'I do not know this product.' },
      answers: actAnswers,
      errors: ['offer-taken', 'offer-over', ...actErrors],
      handle: async ({ caller, params, key, body: { reason } }) => {
        const { enquiry, rings } = await enquiryOf(ports, caller, params.id);
        const offer = params.id;
        const wanted = nameAct(
          { caller, enquiry, kind: 'decline', key },
          reason === undefined ? offer : { offer, reason },
        );
        const input = async (): Promise<{ offer: string; reason?: string }> =>
          reason === undefined ? { offer } : { offer, reason: await keepNoteText(ports, { ...wanted, text: reason }) };
        return (await tooLate(acts, wanted, rings)) ?? acts.perform(wanted, { update: declineUpdate, input });
      },
    }),
  ];
}

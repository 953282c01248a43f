import type { LedgerEntry, Verdict } from '../../store/ledger';
import { ApiError, notFound } from '../api-error';
import { recordChange } from '../audit-trail';
import type { Caller } from '../caller';
import { onlySeen } from '../enquiry-guard';
import { fromCursor, toCursor } from '../http/cursor';
import { downloadHeaders } from '../http/download';
import { enquiryIdOf } from '../enquiry-words';
import { ledgerViews } from '../ledger-views';
import { file, ok, route, type Route } from '../http/route';
import { instant, list, named, nullable, object, page, text, whole, word, type TypeOf } from '../http/schema';
import type { ApiPorts } from '../ports';
import { receivedMail } from '../received-mail';
import { address } from '../shapes/basics';
import { entryShape, entryView, verdicts } from '../shapes/ledger';

/** Verdicts a person may undo: the mail then runs as if it had just come. */
const releasable: readonly (Verdict | null)[] = ['blocked', 'held', 'quarantined', 'refused', 'probe'];
const DAY_MS = 86_400_000;

/** The ledger: one entry for every delivery we were offered. */
export const ledgerRoutes = (ports: ApiPorts): Route[] => [
  ...listingRoutes(ports),
  ...countingRoutes(ports),
  ...readingRoutes(ports),
  ...releasingRoutes(ports),
];

function listingRoutes(ports: ApiPorts): Route[] {
  const { store } = ports;
  return [
    route({
      id: 'listLedger',
      method: 'get',
      path: '/v1/ledger',
      tag: 'ledger',
      summary: 'List what became of the mail we were offered, newest first',
      description: 'Entries you may not see are left out, so a page may hold fewer than asked for; follow "next".',
      query: object(
        {},
        {
          address: address('Sender.'),
          messageId: text({ max: 1000 }),
          enquiry: text({ max: 200, description: 'Its id or number.' }),
          channel: text({ max: 100 }),
          verdict: word(verdicts),
          since: instant('Received then or later.'),
          until: instant('Received before.'),
          limit: whole({ min: 1, max: 200 }),
          cursor: text({ max: 5000 }),
        },
      ),
      answers: { 200: page('LedgerPage', entryShape) },
      errors: ['wrong-cursor'],
      handle: async ({ caller, query }) => {
        const { limit = 50, cursor, since, until, ...same } = query;
        const place = placeOf(cursor);
        const before = place ? new Date(place.at + 1) : until && new Date(until);
        const enquiry = same.enquiry === undefined ? {} : { enquiry: await enquiryIdOf(ports, caller, same.enquiry) };
        const found = await store.ledger.find({
          ...same,
          ...enquiry,
          ...(since ? { since: new Date(since) } : {}),
          ...(before ? { until: before } : {}),
          limit: limit + 1 + (place?.seen.length ?? 0),
        });
        const fresh = found.filter((entry) => !place?.seen.includes(entry._id));
        const items = fresh.slice(0, limit);
        const next = fresh.length > limit ? nextOf(items, place) : null;
        return ok({ items: await ledgerViews(ports, await onlySeen(ports, caller, items)), next });
      },
    }),
  ];
}

async function shownOne(ports: ApiPorts, entry: LedgerEntry): Promise<TypeOf<typeof entryShape>> {
  const [view] = await ledgerViews(ports, [entry]);
  return view ?? entryView(entry, null);
}

function countingRoutes(ports: ApiPorts): Route[] {
  const { store, now } = ports;
  return [
    route({
      id: 'countLedger',
      method: 'get',
      path: '/v1/ledger/counts',
      tag: 'ledger',
      summary: 'Count deliveries by verdict',
      description: 'The sum of "offers" is the number of deliveries we were offered in that span.',
      query: object({}, { since: instant('From; a day ago when absent.'), until: instant('To; now when absent.') }),
      answers: {
        200: named(
          'LedgerCounts',
          object({ items: list(object({ verdict: nullable(text()), entries: whole(), offers: whole() })) }),
        ),
      },
      handle: async ({ query }) => {
        const until = query.until ? new Date(query.until) : now();
        const since = query.since ? new Date(query.since) : new Date(until.getTime() - DAY_MS);
        return ok({ items: await store.ledger.countByVerdict(since, until) });
      },
    }),
  ];
}

async function seen(ports: ApiPorts, caller: Caller, id: string): Promise<LedgerEntry> {
  const { store } = ports;
  const entry = await store.ledger.get(id);
  const [visible] = entry ? await onlySeen(ports, caller, [entry]) : [];
  if (!visible) throw notFound('ledger entry', id);
  return visible;
}

function readingRoutes(ports: ApiPorts): Route[] {
  const { store } = ports;
  return [
    route({
      id: 'readLedgerEntry',
      method: 'get',
      path: '/v1/ledger/{id}',
      tag: 'ledger',
      summary: 'Read one ledger entry',
      description: 'Ledger ids hold ":" and may hold "/": percent-encode them.',
      answers: { 200: entryShape },
      handle: async ({ caller, params }) => ok(await shownOne(ports, await seen(ports, caller, params.id))),
    }),
    route({
      id: 'readRawEntry',
      method: 'get',
      path: '/v1/ledger/{id}/raw',
      tag: 'ledger',
      summary: 'Download the mail as it was received (.eml)',
      description: 'Mail taken in by SMTP begins with the Received line Ringpost wrote for it.',
      answers: { 200: { contentType: 'message/rfc822', description: 'The raw mail.' } },
      errors: ['mail-not-here'],
      handle: async ({ caller, params }) => {
        const entry = await seen(ports, caller, params.id);
        return file(await receivedMail(store, entry), downloadHeaders('message.eml', 'message/rfc822'));
      },
    }),
  ];
}

/** A mail that is let go while its channel is off would only be held again. */
async function mustHaveAWay({ store }: ApiPorts, { channel: id, verdict }: LedgerEntry): Promise<void> {
  const channel = await store.channels.get(id);
  if (channel?.enabled && channel.flow !== null) return;
  const what = channel ? (channel.enabled ? 'has no published flow' : 'is off') : 'is gone';
  const sentence = `The channel "${id}" ${what}, so the mail would only be held. It runs by itself once the channel is on and has a flow.`;
  throw new ApiError('wrong-state', sentence, { state: verdict });
}

function releasingRoutes(ports: ApiPorts): Route[] {
  return [
    route({
      id: 'releaseEntry',
      method: 'post',
      path: '/v1/ledger/{id}/release',
      tag: 'ledger',
      summary: 'Let a blocked, held, quarantined or refused mail run as if it had just come',
      answers: { 200: entryShape },
      errors: ['wrong-state', 'temporal-away'],
      handle: async (call) => {
        const before = await seen(ports, call.caller, call.params.id);
        if (!releasable.includes(before.verdict)) {
          throw new ApiError(
            'wrong-state',
            `This mail has the verdict "${before.verdict ?? 'not settled yet'}"; there is nothing to release.`,
            {
              state: before.verdict,
            },
          );
        }
        if (before.blob === '') {
          const sentence = 'This mail was too large to be taken in, so there is nothing to release.';
          throw new ApiError('wrong-state', sentence, { state: before.verdict });
        }
        await mustHaveAWay(ports, before);
        await ports.redrive(before._id, call.caller.id);
        const after = await shownOne(ports, await seen(ports, call.caller, before._id));
        const past = { verdict: before.verdict, enquiry: before.enquiry };
        const change = {
          what: 'ledger.release',
          about: before._id,
          before: past,
          after: { verdict: after.verdict, enquiry: after.enquiry },
        };
        await recordChange(ports, call, change);
        return ok(after);
      },
    }),
  ];
}

/** Where the last page ended: the moment, and the entries of that very moment already shown. */
interface Place {
  at: number;
  seen: string[];
}

function placeOf(cursor: string | undefined): Place | null {
  const place = fromCursor(cursor);
  if (!place) return null;
  const { at, seen } = place;
  const isMoment = typeof at === 'number' && !Number.isNaN(new Date(at + 1).getTime());
  if (!isMoment || !Array.isArray(seen)) throw new ApiError('wrong-cursor');
  return { at, seen: seen.map(String) };
}

function nextOf(items: readonly LedgerEntry[], before: Place | null): string {
  const at = items.at(-1)?.receivedAt.getTime() ?? 0;
  const seen = items.filter((entry) => entry.receivedAt.getTime() === at).map((entry) => entry._id);
  return toCursor({ at, seen: before?.at === at ? [...before.seen, ...seen] : seen });
}

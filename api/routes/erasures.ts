import type { Erasure } from '../../store/erasures';
import { recordChange } from '../audit-trail';
import { seenContact } from '../contact-sight';
import { beginErasure, openErasure } from '../erase-contact';
import { created, ok, route, type Call, type Route } from '../http/route';
import { dictionary, instant, list, named, nullable, object, text, whole, type TypeOf } from '../http/schema';
import type { ApiPorts } from '../ports';
import { startErasure } from '../resume-jobs';
import { iso, isoOrNull, line } from '../shapes/basics';
import { jobShape, jobView } from '../shapes/job';

const erasureShape = named(
  'Erasure',
  object({
    contact: text({ description: 'Id the contact had.' }),
    by: text(),
    reason: text(),
    at: instant('When it was asked for.'),
    doneAt: nullable(
      instant(
        'When it was done; null: it is under way, or failed. One that was cut off goes on by itself; POST /v1/erasures/{id}/resume tries again.',
      ),
    ),
    counts: nullable(dictionary(whole(), 'How much was found of each kind.')),
  }),
);

const view = ({ _id: contact, by, reason, at, doneAt, counts }: Erasure): TypeOf<typeof erasureShape> => ({
  contact,
  by,
  reason,
  at: iso(at),
  doneAt: isoOrNull(doneAt),
  counts,
});

/** Erasing a person, and the record that it was done. */
export const erasureRoutes = (ports: ApiPorts): Route[] => [
  eraseRoute(ports),
  resumeRoute(ports),
  route({
    id: 'listErasures',
    method: 'get',
    path: '/v1/erasures',
    tag: 'contacts',
    summary: 'Who was erased by whom, when and why; nothing personal is in it',
    answers: { 200: named('ErasureList', object({ items: list(erasureShape) })) },
    handle: async () => ok({ items: (await ports.store.erasures.list()).map(view) }),
  }),
];

async function start(ports: ApiPorts, { caller }: Pick<Call, 'caller'>, erasure: Erasure) {
  const job = await startErasure(ports, erasure, caller.id);
  return created(jobView(job), `/v1/jobs/${job._id}`);
}

function eraseRoute(ports: ApiPorts): Route {
  return route({
    id: 'eraseContact',
    method: 'post',
    path: '/v1/contacts/{id}/erase',
    tag: 'contacts',
    summary: 'Erase a person: all that is personal goes for good, as a job',
    description:
      'Mails with their files, drafts, notes, outgoing mail, ledger, engagements and the contact itself. Numbers, times and verdicts stay. Refused while an enquiry is open or a mail waits to be sent.',
    body: object({ reason: line(500, 'Kept with the record; name nobody in it.') }),
    example: { reason: 'Asked for by the person, letter 17.' },
    answers: { 201: jobShape },
    errors: ['wrong-state'],
    handle: async (call) => {
      const { contact } = await seenContact(ports, call.caller, call.params.id);
      const erasure = await beginErasure(ports, contact, { by: call.caller.id, reason: call.body.reason });
      const after = { reason: call.body.reason };
      await recordChange(ports, call, { what: 'contact.erase', about: `erasure ${erasure._id}`, before: null, after });
      return start(ports, call, erasure);
    },
  });
}

function resumeRoute(ports: ApiPorts): Route {
  return route({
    id: 'resumeErasure',
    method: 'post',
    path: '/v1/erasures/{id}/resume',
    tag: 'contacts',
    summary: 'Try an erasure again that failed',
    description: 'One that was cut off by a restart goes on by itself within half a minute.',
    answers: { 201: jobShape },
    errors: ['wrong-state'],
    handle: async (call) => start(ports, call, await openErasure(ports, call.params.id)),
  });
}

import { ApiError } from '../api-error';
import { seenContact } from '../contact-sight';
import { contactTimeline, type TimelinePage, type TimelinePlace } from '../contact-timeline';
import { fromCursor, toCursor } from '../http/cursor';
import { ok, route, type Route } from '../http/route';
import { instant, list, named, nullable, object, text, whole, word, type TypeOf } from '../http/schema';
import type { ApiPorts } from '../ports';
import { iso } from '../shapes/basics';
import { statuses } from '../shapes/enquiry';
import { messageShape, messageView } from '../shapes/message';

const timelineShape = named(
  'ContactTimeline',
  object({
    items: list(
      object({
        at: instant('When.'),
        kind: word(['message', 'opened', 'closed'], 'A mail or note, or an enquiry that opened or closed.'),
        enquiry: nullable(
          object({ id: text(), number: whole(), channel: text(), subject: text(), status: word(statuses) }),
        ),
        message: nullable(messageShape),
      }),
    ),
    hidden: whole({ description: 'Enquiries with this contact that you may not see.' }),
    next: nullable(text({ description: 'Cursor of the next page.' })),
  }),
);

/** Everything with one contact, over all his enquiries and channels. */
export const contactTimelineRoute = (ports: ApiPorts): Route =>
  route({
    id: 'readContactTimeline',
    method: 'get',
    path: '/v1/contacts/{id}/timeline',
    tag: 'contacts',
    summary: 'Everything with a contact over all channels, newest first',
    query: object({}, { limit: whole({ min: 1, max: 200 }), cursor: text({ max: 2000 }) }),
    answers: { 200: timelineShape },
    errors: ['wrong-cursor', 'mail-not-here'],
    handle: async ({ caller, params, query }) => {
      const { contact } = await seenContact(ports, caller, params.id);
      const { limit = 50 } = query;
      return ok(view(await contactTimeline(ports, caller, contact, { before: placeOf(query.cursor), limit })));
    },
  });

function placeOf(cursor: string | undefined): TimelinePlace | null {
  const place = fromCursor(cursor);
  if (place === null) return null;
  const { at, id } = place;
  if (typeof at !== 'number' || typeof id !== 'string' || Number.isNaN(new Date(at).getTime())) {
    throw new ApiError('wrong-cursor');
  }
  return { at: new Date(at), id };
}

const view = ({ entries, messages, next, hidden }: TimelinePage): TypeOf<typeof timelineShape> => ({
  items: entries.map((entry) => {
    const message = entry.kind === 'message' ? messages.get(entry.message) : undefined;
    const { enquiry } = entry;
    return {
      at: iso(entry.at),
      kind: entry.kind,
      enquiry: enquiry && {
        id: enquiry._id,
        number: enquiry.number,
        channel: enquiry.channel,
        subject: enquiry.subject,
        status: enquiry.status,
      },
      message: message ? messageView(message) : null,
    };
  }),
  hidden,
  next: next && toCursor({ at: next.at.getTime(), id: next.id }),
});

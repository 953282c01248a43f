import { ApiError } from '../api-error';
import { contactViews } from '../contact-views';
import { fromCursor, toCursor } from '../http/cursor';
import { ok, route, type Route } from '../http/route';
import { instant, list, named, nullable, object, text, whole, word } from '../http/schema';
import type { ApiPorts } from '../ports';
import { iso, isoOrNull } from '../shapes/basics';
import { contactShape } from '../shapes/contact';
import { statuses } from '../shapes/enquiry';
import { searchPage } from '../search-page';

const foundShape = object({
  at: instant('Its newest mail.'),
  enquiry: nullable(
    object({
      id: text(),
      number: whole(),
      channel: text(),
      contact: nullable(text()),
      subject: text(),
      status: word(statuses),
      tags: list(text()),
      openedAt: instant('First mail.'),
      closedAt: nullable(instant('When it closed.')),
    }),
  ),
  message: nullable(text({ description: 'A mail that belongs to no enquiry.' })),
  excerpt: nullable(text({ description: 'Words around the first that fits.' })),
});

/** Search over everything the caller may see. */
export const searchRoute = (ports: ApiPorts): Route =>
  route({
    id: 'search',
    method: 'get',
    path: '/v1/search',
    tag: 'enquiries',
    summary: 'Find enquiries and contacts you may see, newest first',
    description:
      'By number, address, name, subject, words of mails and notes, names of attachments, tags, Message-ID. All words must be there, upper and lower case and accents are the same, the beginning of a word is enough; "in quotes" is a phrase; #17 is a number. What has just come is found within seconds.',
    query: object(
      { q: text({ min: 1, max: 500 }) },
      { limit: whole({ min: 1, max: 50 }), cursor: text({ max: 2000 }) },
    ),
    answers: {
      200: named(
        'SearchPage',
        object({
          items: list(foundShape),
          contacts: list(contactShape, { description: 'At most 10, on the first page.' }),
          next: nullable(text({ description: 'Cursor of the next page.' })),
        }),
      ),
    },
    errors: ['wrong-cursor'],
    handle: async ({ caller, query }) => {
      const { q, limit = 20, cursor } = query;
      const found = await searchPage(ports, caller, { query: q, before: placeOf(cursor), limit });
      const items = found.items.map(({ at, enquiry, message, excerpt }) => ({
        at: iso(at),
        enquiry: enquiry && {
          id: enquiry._id,
          number: enquiry.number,
          channel: enquiry.channel,
          contact: enquiry.contact,
          subject: enquiry.subject,
          status: enquiry.status,
          tags: enquiry.tags,
          openedAt: iso(enquiry.openedAt),
          closedAt: isoOrNull(enquiry.closedAt),
        },
        message: message?._id ?? null,
        excerpt,
      }));
      const next = found.next && toCursor({ at: found.next.at, id: found.next.id });
      return ok({ items, contacts: await contactViews(ports, found.contacts), next });
    },
  });

function placeOf(cursor: string | undefined): { at: number; id: string } | null {
  const place = fromCursor(cursor);
  if (place === null) return null;
  const { at, id } = place;
  if (typeof at !== 'number' || typeof id !== 'string') throw new ApiError('wrong-cursor');
  return { at, id };
}

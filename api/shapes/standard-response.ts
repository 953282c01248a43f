import type { StandardResponse } from '../../store/standard-responses';
import { either, instant, list, named, nullable, object, text, whole, word, type TypeOf } from '../http/schema';
import { iso } from './basics';

/** A standard response as it is answered. */
export const responseShape = named(
  'StandardResponse',
  object({
    id: text(),
    title: text(),
    shortcut: text(),
    scope: either(object({ for: word(['all', 'own']) }), object({ for: word(['group']), group: text() })),
    texts: list(object({ language: nullable(text()), subject: text(), html: text() })),
    attachments: list(object({ number: whole(), name: text(), type: text(), bytes: whole(), href: text() }), {
      description: 'Files that go with it.',
    }),
    revision: whole(),
    changedBy: text(),
    changedAt: instant('When it was changed last.'),
  }),
);

/** What is answered of one. */
export const view = (response: StandardResponse): TypeOf<typeof responseShape> => {
  const { _id: id, title, shortcut, scope, texts: versions, revision, changedBy, changedAt } = response;
  const attachments = (response.attachments ?? []).map(({ name, type, bytes }, number) => {
    const href = `/v1/standard-responses/${id}/attachments/${number}`;
    return { number, name, type, bytes, href };
  });
  const who = scope.for === 'group' ? { for: scope.for, group: scope.group } : { for: scope.for };
  return {
    id,
    title,
    shortcut,
    scope: who,
    texts: versions,
    attachments,
    revision,
    changedBy,
    changedAt: iso(changedAt),
  };
};

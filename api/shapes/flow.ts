import type { Flow } from '../../flows/flow';
import type { FlowDocument, FlowRevision } from '../../store/flows';
import {
  either,
  flag,
  instant,
  list,
  named,
  nullable,
  number,
  object,
  text,
  whole,
  word,
  type TypeOf,
} from '../http/schema';
import { iso } from './basics';

/** A finding of the linter (docs/lint). */
export const findingShape = named(
  'Finding',
  object(
    {
      code: text({ description: 'E201; has a page in docs/lint.' }),
      severity: word(['error', 'warning']),
      pointer: text({ description: 'RFC 6901.' }),
      line: whole(),
      column: whole(),
      message: text(),
      related: list(object({ pointer: text(), line: whole(), column: whole(), message: text() })),
    },
    { suggestion: text() },
  ),
);

/** A flow with the state of its draft. */
export const flowShape = named(
  'Flow',
  object({
    id: text(),
    title: text(),
    lastRevision: whole({ description: 'Number of the newest published copy; 0 before the first.' }),
    channels: list(object({ channel: text(), revision: whole() }), { description: 'Channels that run it.' }),
    draft: object({
      sha256: text(),
      savedAt: instant('When it was saved.'),
      by: text(),
      text: nullable(text({ description: 'In lists null.' })),
      tests: nullable(text({ description: 'The tests beside it, as JSON text; in lists null.' })),
    }),
  }),
);

/** A setting of a flow as the question of a form. */
export const questionShape = object({
  name: text(),
  type: text(),
  title: text(),
  default: nullable(either(text(), number(), flag())),
  choices: nullable(
    list(either(text(), number()), { description: 'One of these and nothing else; null: anything of the type.' }),
  ),
});

/** A published copy; never changes. */
export const revisionShape = named(
  'FlowRevision',
  object({
    flow: text(),
    revision: whole(),
    sha256: text({ description: 'Of the canonical text.' }),
    by: text(),
    at: instant('When it was published.'),
    message: text(),
    text: nullable(text({ description: 'Canonical JSON; in lists null.' })),
    settings: nullable(
      list(questionShape, {
        description: 'What a channel that runs it fills in, as questions of a form; in lists null.',
      }),
    ),
  }),
);

/** What came of one test of a flow. */
export const testResultShape = named(
  'FlowTestResult',
  object({ title: text(), failures: list(text(), { description: 'Empty when it passed.' }) }),
);

/** A flow as it is answered; `whole` answers the draft's text too. */
export const flowView = (
  flow: FlowDocument,
  channels: { channel: string; revision: number }[],
  wholeText: boolean,
): TypeOf<typeof flowShape> => ({
  id: flow._id,
  title: flow.title,
  lastRevision: flow.lastRevision,
  channels,
  draft: {
    sha256: flow.draft.sha256,
    savedAt: iso(flow.draft.savedAt),
    by: flow.draft.by,
    text: wholeText ? flow.draft.text : null,
    tests: wholeText ? (flow.draft.tests ?? null) : null,
  },
});

/** A published copy as it is answered. */
export const revisionView = (revision: FlowRevision, wholeText: boolean): TypeOf<typeof revisionShape> => ({
  flow: revision.flow,
  revision: revision.revision,
  sha256: revision.sha256,
  by: revision.by,
  at: iso(revision.at),
  message: revision.message,
  text: wholeText ? revision.text : null,
  // What is published was checked when it was.
  settings: wholeText ? questionsOf(JSON.parse(revision.text) as Flow) : null,
});

/** What a channel that runs a flow fills in. */
export function questionsOf({ settings = {} }: Flow): TypeOf<typeof questionShape>[] {
  return Object.entries(settings).map(([name, { type, title, default: preset = null, enum: choices = null }]) => ({
    name,
    type,
    title,
    default: preset,
    choices: choices && [...choices],
  }));
}

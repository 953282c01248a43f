import { stepLine, type KeptValues } from '../../flows';
import type { TraceEntry } from '../../flows/state';
import type { Decision } from '../../store/decisions';
import { stepsThatKept } from '../../store/personal-values';
import { seenEnquiry } from '../enquiry-guard';
import { ok, route, type Route } from '../http/route';
import {
  anything,
  described,
  flag,
  instant,
  list,
  named,
  nullable,
  object,
  text,
  whole,
  type TypeOf,
} from '../http/schema';
import type { ApiPorts } from '../ports';
import { iso, isoOf } from '../shapes/basics';
import { decisionIdsOf } from '../trace';
import { tellDecision, tellStep } from '../trace-story';

const stepShape = named(
  'TimelineEntry',
  object({
    seq: whole(),
    at: instant('When it happened.'),
    node: nullable(text()),
    kind: text(),
    outcome: nullable(text()),
    next: nullable(text()),
    by: nullable(text()),
    sentence: text(),
    line: text({ description: 'The same as "ringpost flow simulate" prints it, with what was read to decide.' }),
    detail: anything(
      'Ids and facts that belong to it: the case that matched, values that were read, "personal": what went into personal variables (null: erased).',
    ),
  }),
);
const decisionShape = named(
  'Decision',
  object({
    id: text(),
    kind: text(),
    at: instant('When it was made.'),
    chosen: nullable(list(text())),
    candidates: list(object({ agent: text(), chosen: flag(), reason: text() })),
    flow: nullable(
      described(
        'The flow and its revision by which it was made; null: not kept then.',
        object({ id: text(), revision: whole() }),
      ),
    ),
    strategy: nullable(text({ description: 'What picked: a strategy, or "sticky".' })),
    tieBreak: nullable(
      text({ description: 'What decided between agents the strategy found equal; null: nothing had to.' }),
    ),
    inputs: anything('The facts it was made from.'),
    sentence: text(),
  }),
);

type Names = Record<string, string>;

/** The texts of the notes in which agents said why they declined, by id. */
async function reasonsOf({ store }: ApiPorts, story: readonly TraceEntry[]): Promise<Names> {
  const ids = story.flatMap(({ kind, detail }) => (kind === 'decline' ? [detail?.['reason']].flat() : []));
  const notes = await store.messages.getMany(ids.filter((id) => typeof id === 'string'));
  return Object.fromEntries(notes.map(({ _id, text: words }) => [_id, words ?? '']));
}

function sentenceOf(entry: TraceEntry, known: Names, reasons: Names): string {
  const reason = entry.kind === 'decline' ? reasons[String(entry.detail?.['reason'])] : undefined;
  return reason === undefined ? tellStep(entry, known) : `${tellStep(entry, known)} Reason: ${reason}`;
}

/** What a step put into personal variables, by their names; the story itself has only the step. */
function detailOf({ detail }: TraceEntry, values: KeptValues): Record<string, unknown> | null {
  if (!detail) return null;
  const { kept, ...rest } = detail;
  if (typeof kept !== 'object' || kept === null) return detail;
  const shown = Object.entries(kept).map(([name, seq]) => [name, values.get(Number(seq))?.[name] ?? null]);
  return { ...rest, personal: Object.fromEntries(shown) };
}

const stepView = (
  entry: TraceEntry,
  { known, reasons, kept }: { known: Names; reasons: Names; kept: KeptValues },
): TypeOf<typeof stepShape> => ({
  seq: entry.seq,
  at: isoOf(entry.at),
  node: entry.node,
  kind: entry.kind,
  outcome: entry.outcome ?? null,
  next: entry.next ?? null,
  by: entry.by ?? null,
  sentence: sentenceOf(entry, known, reasons),
  line: stepLine(entry),
  detail: detailOf(entry, kept),
});

const wordOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const decisionView = (decision: Decision, known: Names): TypeOf<typeof decisionShape> => ({
  id: decision._id,
  kind: decision.kind,
  at: iso(decision.at),
  chosen: decision.chosen,
  candidates: decision.candidates.map(({ agent, chosen, reason }) => ({ agent, chosen, reason })),
  flow: decision.flow ?? null,
  strategy: wordOf(decision.inputs['strategy']),
  tieBreak: wordOf(decision.inputs['tieBreak']),
  inputs: decision.inputs,
  sentence: tellDecision(decision, known),
});

async function names({ store }: ApiPorts, ids: readonly (string | undefined)[]): Promise<Record<string, string>> {
  const agents = await store.agents.getMany([...new Set(ids.filter((id) => id !== undefined))]);
  return Object.fromEntries(agents.map(({ _id, name }) => [_id, name]));
}

/** What an enquiry went through, and why. */
export const storyRoutes = (ports: ApiPorts): Route[] => {
  const { store } = ports;
  return [
    route({
      id: 'readTimeline',
      method: 'get',
      path: '/v1/enquiries/{id}/timeline',
      tag: 'enquiries',
      summary: 'Every step the enquiry took through its flow, and what people did, oldest first',
      answers: { 200: named('Timeline', object({ items: list(stepShape) })) },
      handle: async ({ caller, params }) => {
        const { _id } = await seenEnquiry(ports, caller, params.id);
        const story = await store.enquiries.story(_id);
        const known = await names(
          ports,
          story.map(({ by }) => by),
        );
        const reasons = await reasonsOf(ports, story);
        const kept = await store.personalValues.of(_id, stepsThatKept(story));
        return ok({
          items: story.map((entry) => stepView(entry, { known, reasons, kept })),
        });
      },
    }),
    route({
      id: 'listDecisions',
      method: 'get',
      path: '/v1/enquiries/{id}/decisions',
      tag: 'enquiries',
      summary: 'Why this agent, why not the others, why still waiting',
      answers: { 200: named('DecisionList', object({ items: list(decisionShape) })) },
      handle: async ({ caller, params }) => {
        const { _id } = await seenEnquiry(ports, caller, params.id);
        const decisions = await store.decisions.getMany(decisionIdsOf(await store.enquiries.story(_id)));
        const known = await names(
          ports,
          decisions.flatMap(({ candidates }) => candidates.map(({ agent }) => agent)),
        );
        return ok({
          items: decisions.map((decision) => decisionView(decision, known)),
        });
      },
    }),
  ];
};

import { stepLine } from '../../flows';
import type { TraceEntry } from '../../flows/state';
import type { Decision } from '../../store/decisions';
import { seenEnquiry } from '../enquiry-guard';
import { ok, route, type Route } from '../http/route';
import { anything, flag, instant, list, named, nullable, object, text, whole, type TypeOf } from '../http/schema';
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
    detail: anything('Ids and facts that belong to it: the case that matched, values that were read.'),
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
    inputs: anything('The facts it was made from.'),
    sentence: text(),
  }),
);

type Names = Record<string, string>;

const stepView = (entry: TraceEntry, known: Names): TypeOf<typeof stepShape> => ({
  seq: entry.seq,
  at: isoOf(entry.at),
  node: entry.node,
  kind: entry.kind,
  outcome: entry.outcome ?? null,
  next: entry.next ?? null,
  by: entry.by ?? null,
  sentence: tellStep(entry, known),
  line: stepLine(entry),
  detail: entry.detail ?? null,
});

const decisionView = (decision: Decision, known: Names): TypeOf<typeof decisionShape> => ({
  id: decision._id,
  kind: decision.kind,
  at: iso(decision.at),
  chosen: decision.chosen,
  candidates: decision.candidates.map(({ agent, chosen, reason }) => ({ agent, chosen, reason })),
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
        return ok({
          items: story.map((entry) => stepView(entry, known)),
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

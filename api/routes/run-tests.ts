import { readFlowTests, runAsTest, type FlowTest } from '../../flows';
import { ApiError } from '../api-error';
import { recordChange } from '../audit-trail';
import { seenEnquiry } from '../enquiry-guard';
import { ok, route, type Route } from '../http/route';
import { anything, flag, list, named, nullable, object, text } from '../http/schema';
import { knownRun } from '../recorded-run';
import type { ApiPorts } from '../ports';
import { line } from '../shapes/basics';

const runTestShape = named(
  'RunAsTest',
  object({
    flow: text(),
    test: anything('The test as it stands beside a flow (docs/flows.md).'),
    replaced: list(text({ description: 'Facts whose values are made up now.' })),
    trouble: list(text({ description: 'Why the test does not go the way the run did; empty when it does.' })),
    saved: flag('It stands beside the draft of the flow now.'),
    draftSha256: nullable(text({ description: 'Digest of the draft after that.' })),
  }),
);

/** A run that is kept as a test of its flow. */
export const runTestRoutes = (ports: ApiPorts): Route[] => {
  const { store, now } = ports;

  async function save(flow: string, test: FlowTest, by: string): Promise<string> {
    for (;;) {
      const draft = (await store.flows.get(flow))?.draft;
      if (!draft) throw new ApiError('not-found', `There is no draft of "${flow}".`);
      const read = draft.tests ? readFlowTests(draft.tests) : { tests: { tests: [] } };
      if ('fault' in read) throw new ApiError('wrong-state', `The tests beside it cannot be read: ${read.fault}`);
      const others = read.tests.tests.filter(({ title }) => title !== test.title);
      const tests = `${JSON.stringify({ tests: [...others, test] }, null, 2)}\n`;
      const { title = flow } = (await store.flows.get(flow)) ?? {};
      const saved = await store.flows
        .saveDraft({ id: flow, title, text: draft.text, tests, by, now: now(), expected: draft.sha256 })
        .catch((error: unknown) => {
          if (error instanceof Error && error.name === 'Conflict') return null;
          throw error;
        });
      if (saved) return saved.draft.sha256;
    }
  }

  return [
    route({
      id: 'saveRunAsTest',
      method: 'post',
      path: '/v1/enquiries/{id}/test',
      tag: 'settings',
      summary: 'Make a test of a run, and save it beside the draft of its flow',
      description:
        'Of a live or finished enquiry. The mail is reduced to what the flow looked at, personal data is made up, and the test is played at once: "trouble" names the node that looked at what was replaced. A test with trouble is not saved. A test of the same title is replaced.',
      body: object({ title: line(200, 'What it shows.') }, { save: flag('False only shows it.') }),
      example: { title: 'an urgent invoice goes to billing', save: false },
      answers: { 200: runTestShape },
      errors: ['wrong-state'],
      handle: async (call) => {
        const enquiry = await seenEnquiry(ports, call.caller, call.params.id);
        const known = await knownRun(ports, enquiry._id);
        const flow = enquiry.flow.id;
        if (!known) {
          const detail = 'Its first mail or its revision is not kept any more, so it cannot be played again.';
          throw new ApiError('wrong-state', detail, { state: 'not-kept' });
        }
        const { test, replaced, trouble } = runAsTest(known.run, call.body.title);
        const wanted = (call.body.save ?? true) && trouble.length === 0;
        const draftSha256 = wanted ? await save(flow, test, call.caller.id) : null;
        if (wanted) {
          const after = { test: test.title, enquiry: enquiry._id };
          await recordChange(ports, call, { what: 'flow.test-saved', about: flow, before: null, after });
        }
        return ok({ flow, test, replaced, trouble, saved: wanted, draftSha256 });
      },
    }),
  ];
};

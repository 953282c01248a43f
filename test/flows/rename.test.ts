import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  canonical,
  checkFlow,
  parseFlow,
  renameIn,
  renameInTests,
  runFlowTests,
  type Flow,
  type FlowTests,
  type Rename,
} from '../../flows';
import { unchecked } from './unchecked';

const examples = join(__dirname, '../../flows/examples');
const files = readdirSync(examples).filter((file) => !file.endsWith('.test.json'));
const texts = new Map([
  ...files.map((file) => [file, readFileSync(join(examples, file), 'utf8')] as const),
  ['every-kind.json', readFileSync(join(__dirname, 'lint/every-kind.json'), 'utf8')] as const,
]);

function soundFlow(text: string): Flow {
  const { flow } = parseFlow(text);
  if (!flow) throw new Error('not sound');
  return flow;
}

const codes = (flow: Flow): string[] => checkFlow(canonical(flow)).map(({ code }) => code);

/** Every name of a flow, each to be called otherwise. */
function renamesOf({ nodes, variables = {}, settings = {} }: Flow): Rename[] {
  const to = 'of-another-name';
  return [
    ...Object.keys(nodes).map((from): Rename => ({ sort: 'node', from, to })),
    ...Object.keys(variables).map((from): Rename => ({ sort: 'variable', from, to })),
    ...Object.keys(settings).map((from): Rename => ({ sort: 'setting', from, to })),
  ];
}

describe('renaming anything of a flow without a fault', () => {
  it.each([...texts])(
    'leaves %s without one, changes what its tests say, and goes back letter by letter',
    (file, text) => {
      const flow = soundFlow(text);
      const beside =
        file === 'every-kind.json' ? null : readFileSync(join(examples, file.replace('.json', '.test.json')), 'utf8');
      const tests = unchecked<FlowTests>(beside === null ? { tests: [] } : (JSON.parse(beside) as object));
      const renames = renamesOf(flow);
      expect(renames.length).toBeGreaterThan(5);
      for (const rename of renames) {
        const renamed = renameIn(flow, rename);
        if (!renamed) throw new Error(`${rename.from} was not renamed`);
        expect(codes(renamed)).toEqual(codes(flow));
        const failures = runFlowTests(renamed, renameInTests(tests, rename)).flatMap((each) => each.failures);
        expect(failures).toEqual([]);
        const back = renameIn(renamed, { ...rename, from: rename.to, to: rename.from });
        expect(back && canonical(back)).toBe(canonical(flow));
      }
    },
  );
});

describe('renaming', () => {
  const words = soundFlow(
    JSON.stringify({
      $schema: 'https://ringpost.dev/schema/flow-1.json',
      id: 'words',
      title: 'Words',
      variables: { setting: { type: 'string', default: '' }, kept: { type: 'string', default: '' } },
      settings: { kept: { type: 'duration', title: 'How long', default: '4h' } },
      sla: { firstResponse: { setting: 'kept' } },
      idleClose: { after: { setting: 'kept' } },
      start: 'set',
      onError: 'end',
      nodes: {
        set: {
          type: 'set',
          values: {
            setting: 'kept',
            kept: { cat: ['vars.kept ', 'vars.kept', '{{ vars.kept }}', { var: ['vars.kept'] }] },
          },
          next: 'look',
        },
        look: {
          type: 'switch',
          cases: [{ when: { '===': [{ var: 'vars.setting' }, 'vars.kept'] }, next: 'ask', comment: 'vars.kept' }],
          default: 'end',
        },
        ask: {
          type: 'webhook',
          connection: 'crm',
          request: {
            method: 'POST',
            path: '/{{ settings.kept }}',
            query: { setting: 'kept' },
            body: { for: { setting: 'kept' }, var: 'vars.kept', text: '{{vars.kept|no vars.kept}}' },
          },
          next: 'end',
        },
        end: { type: 'close', reason: 'done', notify: false },
      },
    }),
  );

  it('of a variable leaves text alone that only looks like its name', () => {
    const renamed = renameIn(words, { sort: 'variable', from: 'kept', to: 'held' });
    expect(renamed?.nodes['set']).toMatchObject({
      values: {
        setting: 'kept',
        held: { cat: ['vars.kept ', 'vars.kept', '{{ vars.kept }}', { var: ['vars.held'] }] },
      },
    });
    expect(renamed?.nodes['look']).toMatchObject({
      cases: [{ when: { '===': [{ var: 'vars.setting' }, 'vars.kept'] }, comment: 'vars.kept' }],
    });
    expect(renamed?.nodes['ask']).toMatchObject({
      request: {
        query: { setting: 'kept' },
        body: { for: { setting: 'kept' }, var: 'vars.kept', text: '{{vars.held|no vars.kept}}' },
      },
    });
  });

  it('of a setting reaches agreed times and silence, and leaves alone what another system calls so', () => {
    const renamed = renameIn(words, { sort: 'setting', from: 'kept', to: 'held' });
    expect(renamed).toMatchObject({
      sla: { firstResponse: { setting: 'held' } },
      idleClose: { after: { setting: 'held' } },
      nodes: {
        set: { values: { setting: 'kept' } },
        ask: {
          request: { path: '/{{ settings.held }}', query: { setting: 'kept' }, body: { for: { setting: 'held' } } },
        },
      },
    });
  });

  it('of a node reaches in its tests where it rests and where a supervisor goes on', () => {
    const tests: FlowTests = {
      tests: [
        {
          title: 'parked',
          answers: { set: [['error', 'supervisor-resumed to set after 5m'], 'error'], ask: [{ set: 'set' }] },
          expect: { path: ['set', '...'], rest: 'set' },
        },
      ],
    };
    expect(renameInTests(tests, { sort: 'node', from: 'set', to: 'keep' })).toEqual({
      tests: [
        {
          title: 'parked',
          answers: { keep: [['error', 'supervisor-resumed to keep after 5m'], 'error'], ask: [{ set: 'set' }] },
          expect: { path: ['keep', '...'], rest: 'keep' },
        },
      ],
    });
  });
});

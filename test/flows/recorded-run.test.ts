import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runFlowTests, type Flow, type FlowTest } from '../../flows';
import { replayRun } from '../../flows/simulation/recorded-run';
import { aStory } from './stories-of-tests';

const examples = join(__dirname, '../../flows/examples');
const read = (name: string): unknown => JSON.parse(readFileSync(join(examples, name), 'utf8'));
const cases = readdirSync(examples)
  .filter((name) => name.endsWith('.test.json'))
  .flatMap((name) => {
    const flow = read(name.replace('.test.json', '.json')) as Flow;
    return (read(name) as { tests: FlowTest[] }).tests.map((test) => ({ flow, name, title: test.title, test }));
  });

const writesAfterTheClose = ({ flow, test }: (typeof cases)[number]): boolean =>
  Object.keys(test.answers ?? {}).some((node) => flow.nodes[node]?.type === 'close');

describe('a run that was recorded', () => {
  it.each(cases.filter((each) => !writesAfterTheClose(each)))(
    '$name: "$title" goes the same way when its story is played again',
    ({ flow, test }) => {
      const [first] = runFlowTests(flow, { tests: [test] });
      if (!first) throw new Error('The test was not played.');
      const { parted, path, simulation } = replayRun(aStory(flow, test));
      expect({ parted, path }).toEqual({ parted: null, path: first.simulation.path });
      expect(simulation.faults).toEqual(first.simulation.faults);
      expect(simulation.state.ending).toBe(first.simulation.state.ending);
      expect(simulation.state.assignee).toBe(first.simulation.state.assignee);
      expect(simulation.state.tags).toEqual(first.simulation.state.tags);
      expect(simulation.mails).toEqual(first.simulation.mails);
    },
  );

  it.each(cases.filter(writesAfterTheClose))('$name: "$title" is read up to its first close', ({ flow, test }) => {
    const [first] = runFlowTests(flow, { tests: [test] });
    const whole = first?.simulation.path ?? [];
    const closed = whole.findIndex((node) => flow.nodes[node]?.type === 'close');
    expect(closed).toBeGreaterThan(0);
    const { parted, path, simulation } = replayRun(aStory(flow, test));
    expect({ parted, path }).toEqual({ parted: null, path: whole.slice(0, closed + 1) });
    expect(simulation.path).toEqual(path);
    expect(simulation.state.status).toBe('closed');
  });
});

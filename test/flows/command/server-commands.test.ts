import { runFlow } from './run-flow';

describe('the commands of ringpost flow that ask a server', () => {
  const at = ['--server', 'http://127.0.0.1:1'];
  it.each([
    [['live'], 'Name one CHANNEL.'],
    [['live', 'support', 'other'], 'Name one CHANNEL.'],
    [['live', 'support', '--back', '--promote'], '--back and --promote do not go together.'],
    [['live', 'support', '--canary', '3', '--revision', '4'], '--revision and --canary do not go together.'],
    [['migrate'], 'Name one FLOW.'],
    [['migrate', 'desk', '--from', '1'], '--from NUMBER and --to NUMBER are needed.'],
    [['migrate', 'desk', '--from', 'one', '--to', '2'], '--from NUMBER and --to NUMBER are needed.'],
    [['migrate', 'desk', '--from', '1', '--to', '2', '--map', 'serve'], '"serve" is not of the form --map OLD=NEW'],
    [['save-test', '--title', 'x'], 'Name one ENQUIRY'],
    [['save-test', 'e-1'], '--title TEXT says'],
    [['publish', 'x.json'], '--message TEXT is needed'],
    [['pull', '--revision', '2'], '--revision NUMBER goes with one ID.'],
    [['pull', 'desk', '--revision', '0'], '--revision NUMBER goes with one ID.'],
    [['backtest', 'a.json', 'b.json', '--of', 'support'], 'one DRAFT is played'],
    [['backtest', '--of', 'support', '--last', 'all'], '--last "all" is no number.'],
  ])('%j is told to be wrong', async (words, sentence) => {
    expect(await runFlow([...words, ...at], '')).toMatchObject({ code: 2, err: expect.stringContaining(sentence) });
  });

  it.each(['pull', 'push', 'publish', 'live', 'migrate', 'save-test'])(
    '%s explains itself with examples',
    async (name) => {
      const { code, out } = await runFlow([name, '--help']);
      expect(code).toBe(0);
      expect(out).toMatch(
        new RegExp(`^ringpost flow ${name} [\\s\\S]*RINGPOST_TOKEN[\\s\\S]*Examples:\\n  ringpost flow ${name}`),
      );
    },
  );
});

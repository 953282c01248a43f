import type { BlocklistNode } from '../flow';
import { resolveText } from '../setting-values';
import { ask, has } from '../engine/run';
import type { Kind } from './kind';
import { listOf, say, slugOrSetting } from './schema-parts';

/** `blocklist`: asks further lists by name, beside those intake has asked for every message. */
export const blocklist: Kind<BlocklistNode> = {
  title: 'Looks for the sender in blocklists.',
  properties: { lists: say('names of blocklists, such as ["support"]', listOf(slugOrSetting, 1)) },
  required: ['lists'],
  outcomes: [
    { name: 'blocked', takesTime: false },
    { name: 'clear', takesTime: false },
  ],
  enter(run, node) {
    const lists = node.lists.map((list) => resolveText(run.flow, run.settings, list)).filter((list) => list !== null);
    return ask(run, { do: 'checkBlocklist', lists, messageId: run.state.message.id }, { on: 'node' });
  },
  resume(_run, _node, answer) {
    if (!has(answer, 'blocked') || typeof answer.blocked !== 'boolean') {
      return { turn: 'fail', code: 'unexpected-answer' };
    }
    if (!answer.blocked) return { turn: 'outcome', outcome: 'clear', what: 'The sender is on none of the lists.' };
    const detail = has(answer, 'entry') ? { entry: answer.entry } : {};
    return { turn: 'outcome', outcome: 'blocked', what: 'The sender is on a blocklist.', detail };
  },
};

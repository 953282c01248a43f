/** Runs of enquiries that become one, and of one that becomes two. */
import { enquiryWorkflowId } from '../../workflows/messages';
import { aReplyTo } from '../support/mails-of-work';
import { found } from '../support/found';
import type { Stage, Tale } from './stage';

const WEEK_MS = 7 * 86_400_000;

/** Serves two and merges the second into the first. */
async function merged(stage: Stage) {
  const elder = await stage.serve();
  const younger = await stage.serve();
  await stage.does(younger.id, 'merge', { agent: younger.agent, into: elder.id, number: 1 });
  await stage.closed(younger.id);
  return { elder, younger };
}

const splitting = (message: string, to: string) => ({ message, to, fresh: true });

/** The stories by the name of their file. */
export const joiningTales: Readonly<Record<string, Tale>> = {
  'merged into an elder enquiry': {
    async play(stage) {
      return enquiryWorkflowId((await merged(stage)).younger.id);
    },
  },
  'takes a younger enquiry in': {
    async play(stage) {
      const { elder } = await merged(stage);
      await stage.rests(elder.id, 'wait', ({ messages }) => messages === 2);
      return enquiryWorkflowId(elder.id);
    },
  },
  'hands on a mail after it was merged': {
    async play(stage) {
      const { elder, younger } = await merged(stage);
      await aReplyTo(stage.work, younger.id);
      await stage.rests(elder.id, 'wait', ({ messages }) => messages === 3);
      await stage.closed(younger.id);
      return enquiryWorkflowId(younger.id);
    },
  },
  'a merge is taken back': {
    async play(stage) {
      const { elder, younger } = await merged(stage);
      const act = { act: 'back', agent: younger.agent, withinMs: WEEK_MS };
      await stage.work.ports.workflows.actWithStart(younger.id, 'unmerge', act);
      await stage.rests(younger.id, 'wait');
      await stage.rests(elder.id, 'wait', ({ messages }) => messages === 1);
      return enquiryWorkflowId(younger.id);
    },
  },
  'a message is split off': {
    async play(stage) {
      const { id, agent } = await stage.serve();
      const message = await aReplyTo(stage.work, id);
      await stage.rests(id, 'wait', ({ messages }) => messages === 2);
      await stage.does(id, 'part', { agent, ...splitting(message, `${id}-split`) });
      await stage.rests(id, 'wait', ({ messages }) => messages === 1);
      return enquiryWorkflowId(id);
    },
  },
  'begins with a message that was split off': {
    async play(stage) {
      const { id, agent } = await stage.serve();
      const message = await aReplyTo(stage.work, id);
      await stage.rests(id, 'wait', ({ messages }) => messages === 2);
      const to = `${id}-split`;
      await stage.does(id, 'part', { agent, ...splitting(message, to) });
      await found('the new one', async () => ((await stage.work.store.enquiries.get(to))?.state ? true : null));
      await stage.rings(to);
      return enquiryWorkflowId(to);
    },
  },
};

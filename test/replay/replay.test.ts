import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker } from '@temporalio/worker';
import type {
  EffectName,
  LineActivities,
  MailActivities,
  ClockActivities,
  RunActivities,
} from '../../activities/effects';
import type { Rest } from '../../flows/state';
import { workflowTypes } from '../../workflows/messages';
import { historyText } from '../support/history';
import { testServers } from '../support/servers';
import { quietTemporal } from '../support/work';
import { activitiesIn, recordedHistories, restsIn, updatesIn, workflowTypeOf, type History } from './recorded';

/** How the commit of each kind of rest is worded; a kind without a line here does not compile. */
const restWords: Record<Rest['kind'] | 'broadcast' | 'missed', RegExp> = {
  ring: /^Rings at (ann|bob) /,
  broadcast: /^Rings at ann, bob /,
  line: /^Waits in line for support /,
  list: /^Waits in the list of support /,
  wait: /^Waits for .*; with (ann|bob), it is the /,
  missed: /; missed, in the list of support/,
  parked: /^Parked for a supervisor/,
};

type ActivityName = EffectName | keyof (LineActivities & MailActivities & ClockActivities & RunActivities);

/** Every activity; one without a line here does not compile. */
const activityNames: Record<ActivityName, true> = {
  load: true,
  record: true,
  checkBlocklist: true,
  evaluateConditions: true,
  reserveAgent: true,
  offerToAll: true,
  reserveFor: true,
  enterLine: true,
  leaveLine: true,
  endOffer: true,
  releaseSlot: true,
  turnAwayMail: true,
  bringOver: true,
  bringBack: true,
  carryOn: true,
  partMessage: true,
  holdSlot: true,
  queueMail: true,
  queueReply: true,
  tellEvents: true,
  discardMail: true,
  takeBackMail: true,
  forwardMail: true,
  notifyStaff: true,
  keepNote: true,
  bindEngagement: true,
  findEngaged: true,
  lookAtCalendars: true,
  callWebhook: true,
  matchLine: true,
  deliver: true,
  watchMailbox: true,
  keepTime: true,
};

const recorded = recordedHistories();

/** Replays runs over the workflows of today; the names of those that would have done something else, and why. */
async function broken(histories: readonly { name: string; history: History }[]): Promise<Record<string, Error>> {
  quietTemporal();
  const options = { workflowBundle: { codePath: testServers().workflowBundlePath } };
  const runs = histories.map(({ name, history }) => ({ workflowId: name, history }));
  const errors: Record<string, Error> = {};
  for await (const { workflowId, error } of Worker.runReplayHistories(options, runs)) {
    if (error) errors[workflowId] = error;
  }
  return errors;
}

describe('the runs that were recorded', () => {
  test('replay over the workflows of today', async () => {
    // Not in use anywhere yet: record them again (test/replay/record.ts). In use: guard the change by `patched`.
    expect(await broken(recorded)).toEqual({});
  });

  test('would not replay if a workflow did something else', async () => {
    const [one] = recorded.filter(({ name }) => name.includes('closed-with-a-notice'));
    const marker = one?.history.events?.find((each) => each.markerRecordedEventAttributes);
    const data = marker?.markerRecordedEventAttributes?.details?.['data']?.payloads?.[0];
    if (!one || !data?.data) throw new Error('Its history has no local activity.');
    data.data = Buffer.from(Buffer.from(data.data).toString().replace('"load"', '"unload"'));
    const errors = await broken([one]);
    expect(Object.values(errors)).toEqual([expect.any(DeterminismViolationError)]);
  });

  test.each(Object.entries(restWords))('hold a run that rested: %s', (_kind, words) => {
    const rests = recorded.flatMap(({ history }) => restsIn(history));
    expect(rests).toContainEqual(expect.stringMatching(words));
  });

  test.each(['resolved', 'discarded'])('hold a run that ended: %s', (ending) => {
    const rests = recorded.flatMap(({ history }) => restsIn(history));
    expect(rests).toContain(`Closed: ${ending}.`);
  });

  test.each(Object.keys(activityNames))('hold a run that did %s', (name) => {
    expect(recorded.flatMap(({ history }) => activitiesIn(history))).toContain(name);
  });

  test('hold a run that was taken over to another revision, and the one that went on', () => {
    const [left, next] = ['taken-over-to-another-revision', 'goes-on-with-another-revision'].map((name) => {
      const one = recorded.find((each) => each.name.includes(name));
      if (!one) throw new Error(`${name} was not recorded.`);
      return one.history;
    });
    expect(left && updatesIn(left)).toContain('migrate');
    expect(left?.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes).toBeTruthy();
    expect(next && updatesIn(next)).toEqual(['close']);
  });

  test('hold a run with personal variables, and none of their values', () => {
    const kept = recorded.find(({ name }) => name.includes('personal-variables'));
    const told = kept ? historyText(kept.history) : '';
    expect(told).toContain('"name":{"pointer":"/name","type":"string","personal":true}');
    expect(told).not.toMatch(/canary|carla/i);
  });

  test.each(Object.values(workflowTypes))('hold a run of the workflow %s', (type) => {
    expect(recorded.map(({ history }) => workflowTypeOf(history))).toContain(type);
  });
});

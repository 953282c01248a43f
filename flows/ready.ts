import type { Flow } from './flow';
import broadcast from './examples/broadcast.json';
import outOfHours from './examples/out-of-hours.json';
import ownerFirst from './examples/owner-first.json';
import supportDesk from './examples/support-desk.json';
import twoSites from './examples/two-sites.json';
import vipWebhook from './examples/vip-webhook.json';
import workingHours from './examples/working-hours.json';

const about: [flow: unknown, about: string][] = [
  [
    supportDesk,
    'Greets, rings whoever is free, rings again, binds customer and agent, and closes when it stays quiet.',
  ],
  [twoSites, 'Shares mail between two sites by percentage.'],
  [workingHours, 'Rings the day desk in its hours and the night desk in all others.'],
  [vipWebhook, 'Asks another system who the customer is, and rings the VIP desk first for those it calls gold.'],
  [ownerFirst, 'Rings who served the customer last, then the group in turn.'],
  [outOfHours, 'Outside of the hours only an automatic answer leaves; inside of them the group is rung.'],
  [broadcast, 'Rings everybody of the group at once; who is first has it.'],
];

/** The flows that come with Ringpost, by id, each with a sentence that says what it does. */
export const readyFlows: ReadonlyMap<string, { flow: Flow; about: string }> = new Map(
  about.map(([text, sentence]) => {
    // Tests check each of them.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const flow = text as Flow;
    return [flow.id, { flow, about: sentence }];
  }),
);

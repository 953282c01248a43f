import type { Channel } from '../../store/channels';
import { instant, list, named, nullable, object, text, whole, type TypeOf } from '../http/schema';
import { iso } from './basics';

/** A number of a published revision. */
export const revisionNumber = whole({ min: 1, max: 999_999_999 });

const runningShape = object({ revision: whole(), open: whole({ description: 'Enquiries that are not closed.' }) });

/** What a channel runs. */
export const liveShape = named(
  'LiveFlow',
  object({
    channel: text(),
    flow: text(),
    revision: whole({ description: 'New enquiries begin with it.' }),
    previous: nullable(whole({ description: 'The revision before, to roll back to.' })),
    canary: nullable(
      object({ revision: whole(), percent: whole({ description: 'Of new enquiries.' }), since: instant('Begun.') }),
    ),
    shadow: nullable(object({ revision: whole(), since: instant('Begun.') })),
    running: list(runningShape, {
      description: 'Open enquiries by the revision they run, newest first; of all channels.',
    }),
  }),
);

/** What a move of the alias leaves behind. */
export const movedShape = named(
  'LiveFlowMoved',
  object({
    live: liveShape,
    left: nullable(
      object({
        revision: whole({ description: 'The revision that was left.' }),
        open: whole({ description: 'Enquiries that still run on it. They stay there unless you choose otherwise.' }),
        choices: list(text(), { description: 'What may be done with them, as sentences.' }),
      }),
    ),
  }),
);

/** A channel's alias as it is answered. */
export const liveView = (
  channel: Channel,
  flow: NonNullable<Channel['flow']>,
  running: { revision: number; open: number }[],
): TypeOf<typeof liveShape> => {
  const { canary, shadow, previous = null } = flow;
  return {
    channel: channel._id,
    flow: flow.id,
    revision: flow.revision,
    previous,
    canary: canary ? { ...canary, since: iso(canary.since) } : null,
    shadow: shadow ? { ...shadow, since: iso(shadow.since) } : null,
    running,
  };
};

/** What an admin may do with enquiries on a revision that was left. */
export const choicesFor = (flow: string, left: number, live: number): string[] => {
  const path = `/v1/flows/${flow}/revisions/${left}`;
  return [
    'Leave them: they end as they began.',
    `Move those that rest where revision ${live} can take over: POST ${path}/migrate (first with "dryRun").`,
    `Stop their automatic mail: POST ${path}/stop-mail.`,
  ];
};
